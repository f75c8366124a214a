import { expect, it } from 'vitest';
import { changedTags, checkTags } from '../../../../lib/fleet/agents/tag-rules.ts';

it.each<[string[], string[], string[], string[]]>([
  [['a', 'b', 'c'], ['x'], ['b'], ['a', 'x', 'c']],
  [['a', 'x', 'b'], ['x'], ['b'], ['a', 'x']],
  [
    ['b', 'a'],
    ['x', 'x'],
    ['b', 'b'],
    ['x', 'a'],
  ],
  [['a'], ['x'], ['b'], ['a', 'x']],
  [['a', 'b'], ['x', 'y'], ['a'], ['b', 'x', 'y']],
  [['a', 'b'], ['x'], ['a', 'b'], ['x']],
  [['A'], ['a'], [], ['A', 'a']],
  [[], [], ['a'], []],
])('%j plus %j minus %j is %j', (tags, tagsToAdd, tagsToRemove, expected) => {
  expect(changedTags(tags, { tagsToAdd, tagsToRemove })).toEqual(expected);
});

it('takes 40 tags of 1,024 bytes', () => {
  const tags = Array.from({ length: 40 }, (_, index) => String(index).padStart(1_024, 'ä').slice(-1_024));
  expect(() => checkTags(Array.from({ length: 40 }, () => 'x'.repeat(1_024)))).not.toThrow();
  expect(() => checkTags([...tags, 'x'])).toThrow('An agent can have at most 40 tags, not 41');
  expect(() => checkTags(['ä'.repeat(513)])).toThrow('A tag can have at most 1024 bytes, not 1026');
});
