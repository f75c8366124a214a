import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Source } from '../../../lib/validation/issues.ts';
import { integer, queryInteger } from '../../../lib/validation/zod-types.ts';
import { zod3 } from '../../../lib/validation/zod3.ts';
import { endsSoon } from '../../support/soon.ts';

function messageFor(type: z.ZodType, value: unknown, source: Source = 'body'): string {
  const { error } = type.safeParse(value, { reportInput: true });
  expect(error, 'the value was taken').toBeDefined();
  return zod3([{ source, issues: error?.issues ?? [] }]);
}

const nonEmpty = z
  .string()
  .min(1)
  .refine((text) => text.trim() !== '', { error: 'No empty strings allowed' });
const number = (change: (type: z.ZodNumber) => z.ZodType) => change(z.number());

/** What is wrong with the value of the key `a`. */
const texts: [string, z.ZodType, unknown, string][] = [
  ['a missing value', z.string(), undefined, 'a: Required'],
  ['null', z.string(), null, 'a: Expected string, received null'],
  ['a number for a string', z.string(), 1, 'a: Expected string, received number'],
  ['an array for a string', z.string(), [], 'a: Expected string, received array'],
  ['an object for a string', z.string(), {}, 'a: Expected string, received object'],
  ['an empty array for a string with a limit', nonEmpty, [], 'a: Expected string, received array'],
  ['an object with a length for one', nonEmpty, { length: 0 }, 'a: Expected string, received object'],
  ['a number without end', z.number().int(), Number.POSITIVE_INFINITY, 'a: Expected integer, received float'],
  ['text for a number', z.number(), '1', 'a: Expected number, received string'],
  ['text for a boolean', z.boolean(), 'true', 'a: Expected boolean, received string'],
  ['text for an array', z.array(z.string()), 'x', 'a: Expected array, received string'],
  ['an array for an object', z.object({}), [], 'a: Expected object, received array'],
  ['an array for a record', z.record(z.string(), z.string()), [], 'a: Expected object, received array'],
  ['no number', z.number(), Number.NaN, 'a: Expected number, received nan'],
  ['a fraction', z.int(), 1.5, 'a: Expected integer, received float'],
  ['a fraction, told later', number((type) => type.int()), 1.5, 'a: Expected integer, received float'],
  [
    'a fraction out of bounds',
    integer.min(1),
    -1.5,
    'a: Expected integer, received float, a: Number must be greater than or equal to 1',
  ],
  [
    'a fraction out of bounds in a query',
    queryInteger.max(5),
    '5.5',
    'a: Expected integer, received float, a: Number must be less than or equal to 5',
  ],
  ['text for an integer with bounds', integer.min(1), 'x', 'a: Expected number, received string'],
  ['text for an integer', z.int(), 'x', 'a: Expected number, received string'],
  ['a missing integer', z.int(), undefined, 'a: Required'],
  ['a short text', z.string().min(2), 'x', 'a: String must contain at least 2 character(s)'],
  ['a long text', z.string().max(2), 'xxx', 'a: String must contain at most 2 character(s)'],
  ['a text of another length', z.string().length(2), 'x', 'a: String must contain exactly 2 character(s)'],
  ['a small array', z.array(z.string()).min(1), [], 'a: Array must contain at least 1 element(s)'],
  ['a large array', z.array(z.string()).max(1), ['x', 'y'], 'a: Array must contain at most 1 element(s)'],
  ['an array of another size', z.array(z.string()).length(2), ['x'], 'a: Array must contain exactly 2 element(s)'],
  ['a small number', number((type) => type.min(1)), 0, 'a: Number must be greater than or equal to 1'],
  ['a large number', number((type) => type.max(5)), 6, 'a: Number must be less than or equal to 5'],
  ['a number that is not positive', number((type) => type.positive()), 0, 'a: Number must be greater than 0'],
  ['a number that is not below', number((type) => type.lt(5)), 5, 'a: Number must be less than 5'],
  ['no multiple', number((type) => type.multipleOf(2)), 3, 'a: Number must be a multiple of 2'],
  ['none of an enum', z.enum(['x', 'y']), 'z', "a: Invalid enum value. Expected 'x' | 'y', received 'z'"],
  ['a number for an enum', z.enum(['x', 'y']), 1, "a: Expected 'x' | 'y', received number"],
  ['a missing enum', z.enum(['x', 'y']), undefined, 'a: Required'],
  ['another literal', z.literal('x'), 'y', 'a: Invalid literal value, expected "x"'],
  ['another literal number', z.literal(1), 2, 'a: Invalid literal value, expected 1'],
  ['a missing literal', z.literal('x'), undefined, 'a: Invalid literal value, expected "x"'],
  ['no date and time', z.iso.datetime(), 'x', 'a: Invalid datetime'],
  ['no UUID', z.uuid(), 'x', 'a: Invalid uuid'],
  ['no URL', z.url(), 'x', 'a: Invalid url'],
  ['another pattern', z.string().regex(/^a$/), 'b', 'a: Invalid'],
  ['an unknown key', z.strictObject({}), { foo: 1 }, "a: Unrecognized key(s) in object: 'foo'"],
  ['unknown keys', z.strictObject({}), { foo: 1, bar: 1 }, "a: Unrecognized key(s) in object: 'foo', 'bar'"],
  ["a rule's own text", z.string().refine(() => false, { error: 'not so' }), 'x', 'a: not so'],
  ['an empty text', nonEmpty, '', 'a: String must contain at least 1 character(s), a: No empty strings allowed'],
  ['blanks', nonEmpty, '  ', 'a: No empty strings allowed'],
];

const all = z.object({ a: z.string(), b: z.string(), c: z.string(), d: z.string(), e: z.string() });
const oneOf = z.union([z.object({ x: z.string() }), z.object({ y: z.number() })]);

const messages: [string, z.ZodType, unknown, string][] = [
  ['no body', z.object({}), null, 'Expected object, received null'],
  ['an unknown key of the body', z.strictObject({}), { foo: 1 }, "Unrecognized key(s) in object: 'foo'"],
  ['a path', z.object({ a: z.array(z.object({ b: z.string() })) }), { a: [{ b: 'x' }, {}] }, 'a.1.b: Required'],
  ['two problems', all.pick({ a: true, b: true }), {}, 'a: Required, b: Required'],
  ['five problems', all, {}, 'a: Required, b: Required, c: Required, d: Required, e: Required'],
  [
    'six problems',
    all.extend({ f: z.string() }),
    {},
    'a: Required, b: Required, c: Required, d: Required, e: Required, and 1 more',
  ],
  [
    'seven problems',
    all.extend({ f: z.string(), g: z.string() }),
    {},
    'a: Required, b: Required, c: Required, d: Required, e: Required, and 2 more',
  ],
  ['all branches of a union', z.object({ u: oneOf }), { u: {} }, 'u.x: Required, u.y: Required'],
  [
    'of a union the first branch whose types a value has',
    z.object({
      u: z.union([
        z.object({ n: z.string() }),
        z.object({ n: integer.min(1).max(3) }),
        z.object({ n: z.number().min(2) }),
        z.object({ n: z.union([z.number().min(4), z.number().min(5)]) }),
      ]),
      v: z.string(),
    }),
    { u: { n: -0.5 } },
    'u.n: Expected integer, received float, u.n: Number must be greater than or equal to 1, v: Required',
  ],
  [
    'a union after everything else',
    z.object({ u: oneOf, a: z.string() }),
    { u: {} },
    'a: Required, u.x: Required, u.y: Required',
  ],
  ['a union at the root', oneOf, { y: 'z' }, 'x: Required, y: Expected number, received string'],
  [
    'a union in a union',
    z.object({ u: z.union([z.string(), z.object({ v: oneOf })]) }),
    { u: { v: {} } },
    'u: Expected string, received object, u.v.x: Required, u.v.y: Required',
  ],
  [
    'a union of literals',
    z.union([z.literal('x'), z.literal('y')]),
    'z',
    'Invalid literal value, expected "x", Invalid literal value, expected "y"',
  ],
];

it('words very many problems in a moment', () =>
  endsSoon(() => {
    const many = z.array(nonEmpty);
    expect(messageFor(many, Array(300_000).fill([]))).toMatch(
      /^\[request body\]: 0: Expected string, .* and 299995 more$/,
    );
  }));

describe('what is wrong, in zod 3 words', () => {
  it.each(texts)('%s', (_name, type, value, text) => {
    expect(messageFor(z.object({ a: type }), { a: value })).toBe(`[request body]: ${text}`);
  });

  it.each(messages)('in one message: %s', (_name, type, value, message) => {
    expect(messageFor(type, value)).toBe(`[request body]: ${message}`);
  });

  it.each<[Source, string]>([
    ['params', '[request params]: id: Required'],
    ['query', '[request query]: id: Required'],
    ['body', '[request body]: id: Required'],
  ])('of the %s', (source, message) => {
    expect(messageFor(z.object({ id: z.string() }), {}, source)).toBe(message);
  });
});
