import { expect, it } from 'vitest';
import type { Agent } from '../../../../lib/fleet/agents/agents.ts';
import { isOlder, isUpgradeable } from '../../../../lib/fleet/agents/upgradeable.ts';
import { agent } from './given.ts';

const NOW = new Date();
const ago = (ms: number) => new Date(NOW.getTime() - ms).toISOString();
const facts = (fields: Record<string, unknown>) => ({
  facts: { elastic: { agent: { upgradeable: true, version: '9.0.0', ...fields } } },
});

it.each<[Partial<Agent>, boolean]>([
  [facts({}), true],
  [facts({ version: '8.19.9' }), true],
  [facts({ version: '9.1.0' }), false],
  [facts({ version: '9.1.0-SNAPSHOT' }), false],
  [facts({ version: undefined }), true],
  [facts({ upgradeable: false }), false],
  [{}, false],
  [{ ...facts({}), active: false }, false],
  [{ ...facts({}), unenrollment_started_at: ago(1) }, false],
  [{ ...facts({}), upgrade_started_at: ago(1) }, false],
  [{ ...facts({}), upgrade_started_at: ago(9), upgraded_at: ago(1) }, false],
  [{ ...facts({}), upgraded_at: ago(700_000) }, true],
])('%j: %s', (fields, expected) => {
  expect(isUpgradeable(agent(fields), NOW)).toBe(expected);
});

it.each([
  ['8.19.0', '9.0.0', true],
  ['9.0.0', '9.0.0', false],
  ['9.0.10', '9.0.9', false],
  ['9.0.9', '9.0.10', true],
  ['', '0.0.1', true],
  ['x', '0.0.0', false],
])('%s is older than %s: %s', (one, other, expected) => {
  expect(isOlder(one, other)).toBe(expected);
});
