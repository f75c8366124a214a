import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import * as schema from '../../../lib/validation/config-schema.ts';
import type { Source } from '../../../lib/validation/issues.ts';

function messageFor(type: z.ZodType, value: unknown, source: Source = 'body'): string {
  const { error } = type.safeParse(value, { reportInput: true });
  expect(error, 'the value was taken').toBeDefined();
  return schema.configSchema([{ source, issues: error?.issues ?? [] }]);
}

/** The schema stands under the key `a`, so that a path shows. */
const under = (type: z.ZodType) => schema.object({ a: type });
const A = '[request body.a]: ';
const union = (...lines: string[]) =>
  `${A}types that failed validation:\n${lines.map((line) => `- ${line}`).join('\n')}`;
const sourceUnion = z.union([z.literal('x'), z.literal('y')]);
const sized = schema.array(z.string(), { min: 1, max: 2 });
const limited = z.string().min(1).max(3);
const ranged = schema.number(z.number().min(1).max(48));
const refined = (message: string) => z.string().refine(() => false, { error: message });
const named = schema.record(z.string().regex(/^\w+$/, { error: 'only words' }), z.string());

type Row = [string, z.ZodType, unknown, string];

const types: Row[] = [
  ['a missing string', z.string(), undefined, `${A}expected value of type [string] but got [undefined]`],
  ['null for a string', z.string(), null, `${A}expected value of type [string] but got [null]`],
  ['a number for a string', z.string(), 1, `${A}expected value of type [string] but got [number]`],
  ['a boolean for a string', z.string(), true, `${A}expected value of type [string] but got [boolean]`],
  ['an array for a string', z.string(), [], `${A}expected value of type [string] but got [Array]`],
  ['an object for a string', z.string(), {}, `${A}expected value of type [string] but got [Object]`],
  ['null for an optional string', z.string().optional(), null, `${A}expected value of type [string] but got [null]`],
  ['a missing number', schema.number(), undefined, `${A}expected value of type [number] but got [undefined]`],
  ['text for a number', schema.number(), 'x', `${A}expected value of type [number] but got [string]`],
  ['blanks for a number', schema.number(), ' ', `${A}expected value of type [number] but got [string]`],
  ['a missing boolean', schema.boolean(), undefined, `${A}expected value of type [boolean] but got [undefined]`],
  ['text for a boolean', schema.boolean(), 'yes', `${A}expected value of type [boolean] but got [string]`],
  ['a number for a boolean', schema.boolean(), 1, `${A}expected value of type [boolean] but got [number]`],
  ['a missing array', schema.array(z.string()), undefined, `${A}expected value of type [array] but got [undefined]`],
  ['an object for an array', schema.array(z.string()), {}, `${A}expected value of type [array] but got [Object]`],
  ['a missing record', named, undefined, `${A}expected value of type [object] but got [undefined]`],
  ['an array for a record', named, [], `${A}expected value of type [object] but got [Array]`],
  ['null for an object', schema.object({}), null, `${A}expected a plain object value, but found [null] instead.`],
  ['a number for an object', schema.object({}), 1, `${A}expected a plain object value, but found [number] instead.`],
  ['an array for an object', schema.object({}), [], `${A}expected a plain object value, but found [Array] instead.`],
  ['text for an object', schema.object({}), 'x', `${A}could not parse object value from json input`],
  ['text for an array', schema.array(z.string()), 'x', `${A}could not parse array value from json input`],
  [
    'JSON of something else for an object',
    schema.object({}),
    '1',
    `${A}expected a plain object value, but found [number] instead.`,
  ],
  [
    'JSON of null for an object',
    schema.object({}),
    'null',
    `${A}expected a plain object value, but found [null] instead.`,
  ],
  [
    'JSON of something else for an array',
    schema.array(z.string()),
    '{}',
    `${A}expected value of type [array] but got [Object]`,
  ],
  ['JSON of something else for a record', named, 'true', `${A}expected value of type [object] but got [boolean]`],
  [
    'bytes for an object',
    schema.object({}),
    Buffer.from('{}'),
    `${A}expected a plain object value, but found [Uint8Array] instead.`,
  ],
  ['a hexadecimal number', schema.number(), '0x10', `${A}expected value of type [number] but got [string]`],
  ['a number without end', schema.number(), '1e999', `${A}expected value of type [number] but got [string]`],
  ['text for a record', named, 'x', `${A}could not parse record value from json input`],
  ['what is forbidden', z.never().optional(), 1, `${A}a value wasn't expected to be present`],
];

const limits: Row[] = [
  ['a text that is too short', limited, '', `${A}value has length [0] but it must have a minimum length of [1].`],
  ['a text that is too long', limited, 'abcd', `${A}value has length [4] but it must have a maximum length of [3].`],
  ['a number below', ranged, 0, `${A}Value must be equal to or greater than [1].`],
  ['a number above', ranged, 49, `${A}Value must be equal to or lower than [48].`],
  ['a number in a text below', ranged, '-3', `${A}Value must be equal to or greater than [1].`],
  ['an array that is too small', sized, [], `${A}array size is [0], but cannot be smaller than [1]`],
  ['an array that is too large', sized, ['a', 'b', 'c'], `${A}array size is [3], but cannot be greater than [2]`],
  [
    'items before the size',
    sized,
    ['a', 1, 'c'],
    '[request body.a.1]: expected value of type [string] but got [number]',
  ],
  ["a rule's own text", refined('must be nice'), 'x', `${A}must be nice`],
  ['a pattern with a text', z.string().regex(/^a$/, { error: 'must be a' }), 'b', `${A}must be a`],
];

const choices: Row[] = [
  ['another literal', z.literal('x'), 'y', `${A}expected value to equal [x]`],
  ['a missing literal', z.literal('x'), undefined, `${A}expected value to equal [x]`],
  ['a number for a literal', z.literal(true), 'true', `${A}expected value to equal [true]`],
  [
    'none of an enum',
    z.enum(['x', 'y']),
    'z',
    union('[request body.a.0]: expected value to equal [x]', '[request body.a.1]: expected value to equal [y]'),
  ],
  [
    'none of several literals',
    sourceUnion,
    'z',
    union('[request body.a.0]: expected value to equal [x]', '[request body.a.1]: expected value to equal [y]'),
  ],
  [
    'no branch of a union of types',
    z.union([schema.number(), z.string(), schema.array(z.string())]),
    true,
    union(
      '[request body.a.0]: expected value of type [number] but got [boolean]',
      '[request body.a.1]: expected value of type [string] but got [boolean]',
      '[request body.a.2]: expected value of type [array] but got [boolean]',
    ),
  ],
  [
    'an item in one branch',
    z.union([schema.array(z.literal('*'), { min: 1, max: 1 }), schema.array(z.string().max(1, { abort: true }))]),
    ['*', 'xy'],
    union(
      '[request body.a.0.1]: expected value to equal [*]',
      '[request body.a.1.1]: value has length [2] but it must have a maximum length of [1].',
    ),
  ],
  [
    'a key that one branch does not know',
    schema.oneOf([schema.object({ x: z.string() }), schema.object({ y: z.string() })]),
    { z: 1, y: 'ok' },
    union(
      '[request body.a.0.x]: expected value of type [string] but got [undefined]',
      '[request body.a.1.z]: definition for this key is missing',
    ),
  ],
  [
    'unions in each other',
    z.union([schema.object({ x: z.union([z.enum(['y', 'z']), z.literal('w')]) }), z.literal('v')]),
    { x: 1 },
    [
      `${A}types that failed validation:`,
      '- [request body.a.0.x]: types that failed validation:',
      ' - [request body.a.0.x.0]: types that failed validation:',
      '  - [request body.a.0.x.0.0]: expected value to equal [y]',
      '  - [request body.a.0.x.0.1]: expected value to equal [z]',
      ' - [request body.a.0.x.1]: expected value to equal [w]',
      '- [request body.a.1]: expected value to equal [v]',
    ].join('\n'),
  ],
  ['a missing enum', z.enum(['x', 'y']), undefined, `${A}expected at least one defined value but got [undefined]`],
  ['a missing union', sourceUnion, undefined, `${A}expected at least one defined value but got [undefined]`],
];

const deep = schema.object({ kibana: schema.array(schema.object({ base: schema.array(z.string()) })) });
const nested = schema.object({
  roles: schema.record(z.string().regex(/^\w*$/, { error: 'only words' }), schema.object({ d: z.string().optional() })),
});
const ordered = schema.object({ one: z.string(), two: z.string(), three: schema.object({ x: z.string() }) });

const paths: Row[] = [
  ['the root', schema.object({}), null, '[request body]: expected a plain object value, but found [null] instead.'],
  ['an unknown key', schema.object({}), { foo: 1 }, '[request body.foo]: definition for this key is missing'],
  [
    'the first of several unknown keys',
    schema.object({}),
    { b: 1, a: 1 },
    '[request body.b]: definition for this key is missing',
  ],
  [
    'an unknown key inside',
    nested,
    { roles: { a: { foo: 1 } } },
    '[request body.roles.a.foo]: definition for this key is missing',
  ],
  [
    'array indexes',
    deep,
    { kibana: [{ base: ['x', 1] }] },
    '[request body.kibana.0.base.1]: expected value of type [string] but got [number]',
  ],
  ["a record's key", nested, { roles: { 'a b': {} } }, '[request body.roles.key("a b")]: only words'],
  ["a record's key with a dot", nested, { roles: { 'a.b': {} } }, '[request body.roles.key("a.b")]: only words'],
  [
    "a record's key at the root",
    schema.record(z.string().max(1), z.string()),
    { ab: 'x' },
    '[request body.key("ab")]: value has length [2] but it must have a maximum length of [1].',
  ],
  [
    "a record's value",
    nested,
    { roles: { a: { d: 1 } } },
    '[request body.roles.a.d]: expected value of type [string] but got [number]',
  ],
  ['the first declared key', ordered, {}, '[request body.one]: expected value of type [string] but got [undefined]'],
  [
    'declared keys, not sent ones',
    ordered,
    { two: 2, one: 1 },
    '[request body.one]: expected value of type [string] but got [number]',
  ],
  [
    'declared keys before unknown ones',
    ordered,
    { foo: 1, one: 'a', two: 'b' },
    '[request body.three.x]: expected value of type [string] but got [undefined]',
  ],
  [
    'a rule of the whole object',
    schema.object({ a: z.string().optional() }).refine(() => false, { error: 'not so' }),
    {},
    '[request body]: not so',
  ],
  [
    'keys before a rule of the whole',
    schema.object({ a: z.string() }).refine(() => false, { error: 'not so' }),
    {},
    '[request body.a]: expected value of type [string] but got [undefined]',
  ],
];

describe('what is wrong, in config-schema words', () => {
  it.each([...types, ...limits, ...choices])('%s', (_name, type, value, message) => {
    expect(messageFor(under(type), { a: value })).toBe(message);
  });

  it.each(paths)('and where: %s', (_name, type, value, message) => {
    expect(messageFor(type, value)).toBe(message);
  });

  it.each<[Source, string]>([
    ['params', '[request params.a]: expected value of type [string] but got [undefined]'],
    ['query', '[request query.a]: expected value of type [string] but got [undefined]'],
    ['body', '[request body.a]: expected value of type [string] but got [undefined]'],
  ])('in the %s', (source, message) => {
    expect(messageFor(under(z.string()), {}, source)).toBe(message);
  });
});

describe('what is read as something else', () => {
  it.each<[string, z.ZodType, unknown, unknown]>([
    ['a number in a text', schema.number(), '12', 12],
    ['a number with blanks', schema.number(), ' 1.5 ', 1.5],
    ['a negative number', schema.number(), '-1e3', -1_000],
    ['true', schema.boolean(), 'true', true],
    ['False', schema.boolean(), 'False', false],
    ['TRUE', schema.boolean(), 'TRUE', true],
    ['an object in a text', schema.object({ a: schema.number() }), '{"a":"1"}', { a: 1 }],
    ['an array in a text', schema.array(schema.number()), '["1",2]', [1, 2]],
    ['a record in a text', named, '{"a":"b"}', { a: 'b' }],
    ['an absent object', schema.object({ a: z.string().optional() }), undefined, {}],
    ['an absent object with a default inside', schema.object({ a: z.string().default('x') }), undefined, { a: 'x' }],
    ['an absent optional array', schema.array(z.string()).optional(), undefined, undefined],
    ['a text that looks like a number', z.string(), '1', '1'],
    ['an array next to a string', z.union([schema.array(z.string()), z.string()]), '["a"]', ['a']],
    ['a string next to an array', z.union([schema.array(z.string()), z.string()]), 'a', 'a'],
  ])('%s', (_name, type, value, expected) => {
    expect(type.parse(value)).toEqual(expected);
  });

  it.each<[string, z.ZodType, unknown]>([
    ['Infinity', schema.number(), 'Infinity'],
    ['an empty text for a number', schema.number(), ''],
    ['1 for true', schema.boolean(), '1'],
    ['null for an optional number', schema.number().optional(), null],
    ['a single value for an array', schema.array(z.string()), 'a'],
    ['JSON of another type for an array', schema.array(z.string()), '1'],
    ['JSON of an array for an object', schema.object({}), '[]'],
    ['JSON of null for an object', schema.object({}), 'null'],
  ])('but not %s', (_name, type, value) => {
    expect(type.safeParse(value).success).toBe(false);
  });
});
