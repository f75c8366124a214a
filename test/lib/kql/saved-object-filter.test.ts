import { expect, it } from 'vitest';
import { savedObjectFilter } from '../../../lib/kql/saved-object-filter.ts';
import { KqlSyntaxError } from '../../../lib/kql/syntax-error.ts';

const filter = (text: string) =>
  savedObjectFilter(text, {
    type: 'thing',
    isMapped: (attribute) => attribute.startsWith('name') || attribute === 'size',
    types: { name: 'text', size: 'number' },
    now: new Date(),
  });
const record = { name: 'one two', size: 3, thing: { id: 'x', updated_at: '2025-01-01T00:00:00.000Z' } };

it.each([
  ['', true],
  ['*', true],
  ['thing.attributes.name: two', true],
  ['thing.attributes.name: three', false],
  ['thing.attributes.name.keyword: "one two"', true],
  ['thing.attributes.size >= 3 and not thing.attributes.name: three', true],
  ['thing.attributes.*: two', true],
  ['thing.id: x', true],
  ['thing.updated_at > "2025-01-02"', false],
  ['two', true],
])('%j: %s', (text, isMatch) => {
  expect(filter(text).matches(record)).toBe(isMatch);
});

it('names the attributes it looks at', () => {
  expect(filter('thing.attributes.size: 1 or thing.attributes.name: a').attributes).toEqual(['size', 'name']);
  expect(filter('thing.id: 1').attributes).toEqual([]);
  expect(filter('not (thing.attributes.size: 1 and word)').hasFreeText).toBe(true);
  expect(filter('thing.attributes.size: 1').hasFreeText).toBe(false);
});

it.each([
  ['name: x', "This key 'name' need to be wrapped by a saved object type like thing: Bad Request"],
  ['other.attributes.name: x', 'This type other is not allowed: Bad Request'],
  [
    'thing.name: x',
    "This key 'thing.name' does NOT match the filter proposition SavedObjectType.attributes.key: Bad Request",
  ],
  [
    'thing.attributes.nope: x',
    "This key 'thing.attributes.nope' does NOT exist in thing saved object index patterns: Bad Request",
  ],
  [
    'thing.attributes.name: x or nope: y',
    "This key 'nope' need to be wrapped by a saved object type like thing: Bad Request",
  ],
])('refuses %j', (text, message) => {
  expect(() => filter(text)).toThrow(message);
});

it('leaves syntax errors to the caller', () => {
  expect(() => filter('thing.attributes.name:')).toThrow(KqlSyntaxError);
});
