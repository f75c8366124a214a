import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  ioTsCases,
  limitedList,
  limitedText,
  manyOrOne,
  oneOrMany,
  paged,
} from '../../../lib/validation/io-ts-cases.ts';

function told(schema: z.ZodType, input: unknown): string {
  const { error } = schema.safeParse(input, { reportInput: true });
  return error === undefined ? 'nothing' : ioTsCases([{ source: 'body', issues: error.issues }]);
}

const text = limitedText({ field: 'title', max: 5 });

describe('the validation texts of cases', () => {
  it.each([
    ['a wrong type', z.strictObject({ a: z.string() }), { a: 5 }, 'Invalid value "5" supplied to "a"'],
    ['a missing value', z.strictObject({ a: z.string() }), {}, 'Invalid value "undefined" supplied to "a"'],
    ['an object', z.strictObject({ a: z.string() }), { a: { b: [1] } }, 'Invalid value "{"b":[1]}" supplied to "a"'],
    ['no object', z.strictObject({ a: z.string() }), null, 'Invalid value "null" supplied to ""'],
    [
      'another value than listed',
      z.strictObject({ a: z.enum(['x', 'y']) }),
      { a: 'z' },
      'Invalid value "z" supplied to "a"',
    ],
    [
      'values in lists, without their positions',
      z.strictObject({ a: z.array(z.strictObject({ b: z.string() })) }),
      { a: [{ b: 1 }] },
      'Invalid value "1" supplied to "a,b"',
    ],
    [
      'equal texts once',
      z.strictObject({ a: z.array(z.string()) }),
      { a: [1, 1, 2] },
      'Invalid value "1" supplied to "a",Invalid value "2" supplied to "a"',
    ],
    [
      'several problems',
      z.strictObject({ a: z.string(), b: text }),
      { a: 1, b: '' },
      'Invalid value "1" supplied to "a",The title field cannot be an empty string.',
    ],
    [
      'unknown keys of all levels',
      z.strictObject({ a: z.strictObject({}) }),
      { a: { b: 1, c: 1 }, d: 1 },
      'invalid keys "b,c,d"',
    ],
    [
      'unknown keys only when nothing else is wrong',
      z.strictObject({ a: z.string() }),
      { b: 1 },
      'Invalid value "undefined" supplied to "a"',
    ],
    [
      'all branches of a union',
      z.strictObject({ a: z.union([text, z.null()]) }),
      { a: 'too long' },
      'The length of the title is too long. The maximum length is 5.,Invalid value "too long" supplied to "a"',
    ],
    [
      'unknown keys in the one branch that fits',
      z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })]),
      { a: 'x', c: 1 },
      'invalid keys "c"',
    ],
    [
      'a union of objects without a branch for the value',
      z.strictObject({ u: z.discriminatedUnion('type', [z.strictObject({ type: z.literal('x') })]) }),
      { u: { type: 'y' } },
      'Invalid value "{"type":"y"}" supplied to "u"',
    ],
  ])('tell %s', (_name, schema, input, message) => {
    expect(told(schema, input)).toBe(message);
  });
});

describe('limits', () => {
  it.each([
    ['', 'The title field cannot be an empty string.'],
    ['   ', 'The title field cannot be an empty string.'],
    ['123456', 'The length of the title is too long. The maximum length is 5.'],
    ['  12345  ', 'nothing'],
  ])('of texts: «%s»', (input, message) => {
    expect(told(text, input)).toBe(message);
  });

  it('of texts that may be empty, or have a length of their own', () => {
    expect(told(limitedText({ field: 'x', min: 0, max: 1 }), '')).toBe('nothing');
    expect(told(limitedText({ field: 'x', min: 2, max: 9 }), 'a')).toBe(
      'The length of the x is too short. The minimum length is 2.',
    );
  });

  it('of lists', () => {
    const list = limitedList(z.string(), { field: 'tags', min: 1, max: 2 });
    expect(told(list, [])).toBe('The length of the field tags is too short. Array must be of length >= 1.');
    expect(told(list, ['a', 'b', 'c'])).toBe('The length of the field tags is too long. Array must be of length <= 2.');
    expect(told(list, [1, 2, 3])).not.toContain('length');
  });

  it('of pages', () => {
    const query = paged({ a: z.string().optional() }, 10);
    expect(query.parse({ page: '2', perPage: 5, a: 'x' })).toEqual({ page: 2, perPage: 5, a: 'x' });
    for (const perPage of ['11', 'Infinity', '1e999']) {
      expect(told(query, { perPage })).toBe(
        'The provided perPage value is too high. The maximum allowed perPage value is 10.',
      );
    }
    for (const page of [
      { page: '10001' },
      { page: '1001', perPage: '10' },
      { page: 'Infinity' },
      { page: '1e999', perPage: '0' },
    ]) {
      expect(told(query, page)).toBe(
        'The number of documents is too high. Paginating through more than 10000 documents is not possible.',
      );
    }
    expect(told(query, { page: 'x' })).toBe('Invalid value "x" supplied to "page",cannot parse to a number');
    expect(told(query, { b: '1' })).toBe('invalid keys "b"');
  });
});

describe('a list or one value', () => {
  it.each([manyOrOne(z.string()), oneOrMany(z.string())])('is a list: %#', (values) => {
    expect([values.parse('a'), values.parse(['a', 'b'])]).toEqual([['a'], ['a', 'b']]);
  });

  it('is refused in the order in which it is looked for', () => {
    const [whole, one] = ['Invalid value "[1]" supplied to "a"', 'Invalid value "1" supplied to "a"'];
    expect(told(z.object({ a: manyOrOne(z.string()) }), { a: [1] })).toBe(`${one},${whole}`);
    expect(told(z.object({ a: oneOrMany(z.string()) }), { a: [1] })).toBe(`${whole},${one}`);
    expect(told(z.object({ a: manyOrOne(z.string(), { field: 'a', max: 1 }) }), { a: ['x', 'y'] })).toContain(
      'too long',
    );
  });
});
