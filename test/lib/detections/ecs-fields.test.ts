import { expect, it } from 'vitest';
import { isEcsField } from '../../../lib/detections/ecs-fields.ts';

it.each([
  ['@timestamp', 'date', true],
  ['event.action', 'keyword', true],
  ['process.command_line', 'wildcard', true],
  ['source.ip', 'ip', true],
  ['destination.port', 'long', true],
  ['message', 'match_only_text', true],
  ['process.command_line', 'keyword', false],
  ['my.field', 'keyword', false],
  ['constructor', 'keyword', false],
  ['', '', false],
])('%s of type %s is ECS: %s', (name, type, isEcs) => {
  expect(isEcsField(name, type)).toBe(isEcs);
});
