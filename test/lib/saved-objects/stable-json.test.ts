import { expect, it } from 'vitest';
import { stableJson } from '../../../lib/saved-objects/stable-json.ts';

it.each([
  [{ b: 1, a: { d: [{ z: 1, y: 2 }], c: null } }, '{"a":{"c":null,"d":[{"y":2,"z":1}]},"b":1}'],
  [{ a: undefined, b: 1 }, '{"b":1}'],
  [JSON.parse('{"b":1,"__proto__":{"x":1}}'), '{"__proto__":{"x":1},"b":1}'],
  [['b', 'a'], '["b","a"]'],
  ['half \ud800', '"half \\ud800"'],
])('writes %j with its keys in order', (value, expected) => {
  expect(stableJson(value)).toBe(expected);
});

it('writes the same content as the same text, and leaves the value alone', () => {
  const value = { b: 1, a: 2 };
  expect(stableJson(value)).toBe(stableJson({ a: 2, b: 1 }));
  expect(Object.keys(value)).toEqual(['b', 'a']);
});
