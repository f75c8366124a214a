import { expect, it } from 'vitest';
import { isObject, type JsonObject, mergeObjects } from '../../../lib/json/merge.ts';
import fc from '../../support/fast-check.ts';

const json = (text: string): JsonObject => JSON.parse(text);

it.each([
  ['keeps what the change does not name', '{"a":1,"b":2}', '{"b":3}', '{"a":1,"b":3}'],
  [
    'merges objects at every depth',
    '{"a":{"b":{"c":1,"d":2}}}',
    '{"a":{"b":{"d":3,"e":4}}}',
    '{"a":{"b":{"c":1,"d":3,"e":4}}}',
  ],
  ['replaces arrays as a whole', '{"a":[1,2,3]}', '{"a":[4]}', '{"a":[4]}'],
  ['replaces an object by an array', '{"a":{"0":1}}', '{"a":[]}', '{"a":[]}'],
  ['replaces an array by an object', '{"a":[{"b":1}]}', '{"a":{"c":1}}', '{"a":{"c":1}}'],
  ['replaces an object by null', '{"a":{"b":1}}', '{"a":null}', '{"a":null}'],
  ['replaces null by an object', '{"a":null}', '{"a":{"b":1}}', '{"a":{"b":1}}'],
  ['replaces an object by a text', '{"a":{"b":1}}', '{"a":"b"}', '{"a":"b"}'],
  ['keeps an object that an empty one meets', '{"a":{"b":1}}', '{"a":{}}', '{"a":{"b":1}}'],
  ['takes a dot in a name for a dot', '{"a":{"b":1}}', '{"a.b":2}', '{"a":{"b":1},"a.b":2}'],
])('%s', (_name, into, from, merged) => {
  expect(mergeObjects(json(into), json(from))).toEqual(json(merged));
});

it.each([
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"a":{"__proto__":{"polluted":true}}}',
])('takes %s for names like any other', (text) => {
  const once = mergeObjects(json('{"a":{"b":1}}'), json(text));
  const twice = mergeObjects(once, json(text));
  expect(JSON.stringify(twice)).toBe(JSON.stringify(once));
  expect(JSON.stringify(twice)).toContain('"polluted":true');
  expect(Object.getPrototypeOf(twice)).toBe(Object.prototype);
  expect(({} as JsonObject).polluted).toBeUndefined();
});

it('merges into a name that every object inherits', () => {
  expect(mergeObjects({}, { toString: { a: 1 }, hasOwnProperty: null })).toEqual({
    toString: { a: 1 },
    hasOwnProperty: null,
  });
});

it.each([
  [{}, true],
  [{ a: 1 }, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  [undefined, false],
  ['', false],
  [0, false],
])('tells whether %j is an object', (value, expected) => {
  expect(isObject(value)).toBe(expected);
});

const name = fc.oneof(fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString', '0', ''), fc.string());
const { object } = fc.letrec<{ object: JsonObject; value: unknown }>((tie) => ({
  object: fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, 1, 'text', true),
    fc.array(fc.nat(), { maxLength: 2 }),
    tie('object'),
  ),
}));

type Leaf = { path: string[]; value: unknown };

/** Everything that is not an object with names of its own. */
function leavesOf(value: unknown, path: string[] = []): Leaf[] {
  if (!isObject(value) || Object.keys(value).length === 0) return [{ path, value }];
  return Object.entries(value).flatMap(([key, child]) => leavesOf(child, [...path, key]));
}

const textOf = (leaf: Leaf): string => JSON.stringify([leaf.path, leaf.value]);
const onOneWay = (one: Leaf, other: Leaf): boolean =>
  one.path.slice(0, other.path.length).every((name, depth) => name === other.path[depth]);

it('holds every value of the change, and every old value that no changed one replaces', () => {
  fc.assert(
    fc.property(object, object, (into, from) => {
      const before = JSON.stringify([into, from]);
      const merged = mergeObjects(into, from);
      const found = new Set(leavesOf(merged).map(textOf));
      const changes = leavesOf(from);
      for (const change of changes) if (!isObject(change.value)) expect(found).toContain(textOf(change));
      for (const old of leavesOf(into)) {
        if (old.path.length > 0 && !changes.some((change) => onOneWay(old, change)))
          expect(found).toContain(textOf(old));
      }
      const origin = new Set([...leavesOf(into), ...changes].map(textOf));
      for (const leaf of found) expect(origin).toContain(leaf);
      expect(JSON.stringify(mergeObjects(merged, from))).toBe(JSON.stringify(merged));
      expect(JSON.stringify([into, from])).toBe(before);
    }),
  );
});

it('changes nothing without a change, and begins from nothing', () => {
  fc.assert(
    fc.property(object, (value) => {
      expect(JSON.stringify(mergeObjects(value, {}))).toBe(JSON.stringify(value));
      expect(JSON.stringify(mergeObjects({}, value))).toBe(JSON.stringify(value));
    }),
  );
});
