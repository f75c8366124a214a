import { expect, it } from 'vitest';
import { kueryParameter, parseKuery } from '../../../lib/fleet/kuery.ts';

const dialect = { prefixes: ['fleet-things', 'old-things'], fields: { name: 'text', 'a.b': 'keyword' } } as const;
const problem = (text: string) => kueryParameter(dialect).safeParse(text).error?.issues[0]?.message;

it.each([
  'name:x',
  'fleet-things.name:x',
  'name.keyword:x',
  'a.b:*',
  'a:*',
  'fleet-things.a:*',
  'fleet-things.a.b:x',
  'anything.a.b:x',
  'fleet-things.id:x',
  'id:1 and _exists_:name',
  'free text',
  '',
  'broken (',
])('takes %j', (text) => {
  expect(problem(text)).toBeUndefined();
});

it.each([
  ['nope:1', "This type 'nope' is not allowed"],
  ['nope:(1 or 2)', "This type 'nope' is not allowed\nThis type 'nope' is not allowed"],
  ['na*:1', "This type 'na@kuery-wildcard@' is not allowed"],
  ['*:1', "This type '@kuery-wildcard@' is not allowed"],
  ['anything.name:1', "This key 'anything.name' does NOT exist in fleet-things saved object index patterns"],
  [
    'fleet-things.attributes.name:1',
    "This key 'fleet-things.attributes.name' does NOT exist in fleet-things saved object index patterns",
  ],
  ['a.b.keyword:1', "This key 'a.b.keyword' does NOT exist in fleet-things saved object index patterns"],
  [
    'old-things.x:1 or (name:1 and y:2)',
    "This key 'old-things.x' does NOT exist in fleet-things saved object index patterns\nThis type 'y' is not allowed",
  ],
  ['constructor:1', "This type 'constructor' is not allowed"],
  ['a:{ b:1 } and x:{ y:1 }', "This key 'x.y' does NOT exist in fleet-things saved object index patterns"],
])('refuses %j', (text, message) => {
  expect(problem(text)).toBe(`KQLSyntaxError: ${message}`);
});

it('takes prefixes away everywhere, also inside values', () => {
  const [plain, prefixed] = ['name:"old"', 'fleet-things.name:"fleet-things.old"'].map((text) =>
    parseKuery(dialect, text),
  );
  expect(prefixed).toEqual(plain);
});

it('says what is malformed', () => {
  expect(() => parseKuery(dialect, 'fleet-things.name:(')).toThrow(
    /^Kuery is malformed: Expected .* but end of input found\.\nname:\(\n------\^$/s,
  );
});
