import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Source } from '../../../lib/validation/issues.ts';
import { zod4 } from '../../../lib/validation/zod4.ts';

function messageFor(type: z.ZodType, value: unknown, source: Source = 'body'): string {
  const { error } = type.safeParse(value, { reportInput: true });
  expect(error, 'the value was taken').toBeDefined();
  return zod4([{ source, issues: error?.issues ?? [] }]);
}

const REQUIRED = 'Invalid input: expected string, received undefined';
const six = z.object({ a: z.string(), b: z.string(), c: z.string(), d: z.string(), e: z.string(), f: z.string() });

describe('what is wrong, in zod 4 words', () => {
  it.each<[string, z.ZodType, unknown, string]>([
    ['a missing value', z.object({ id: z.string() }), {}, `id: ${REQUIRED}`],
    ['another type', z.object({ id: z.string() }), { id: 1 }, 'id: Invalid input: expected string, received number'],
    [
      'a short text',
      z.object({ id: z.string().min(1) }),
      { id: '' },
      'id: Too small: expected string to have >=1 characters',
    ],
    [
      'none of an enum',
      z.object({ type: z.enum(['a', 'b']) }),
      { type: 'c' },
      'type: Invalid option: expected one of "a"|"b"',
    ],
    ['a small number', z.object({ n: z.number().min(1) }), { n: 0 }, 'n: Too small: expected number to be >=1'],
    ['an unknown key', z.strictObject({}), { foo: 1 }, 'Unrecognized key: "foo"'],
    ['unknown keys', z.strictObject({}), { a: 1, b: 1 }, 'Unrecognized keys: "a", "b"'],
    ['no date and time', z.object({ at: z.iso.datetime() }), { at: 'x' }, 'at: Invalid ISO datetime'],
    ['no body', z.object({}), null, 'Invalid input: expected object, received null'],
    [
      'a path',
      z.object({ a: z.array(z.string()) }),
      { a: ['x', 1] },
      'a.1: Invalid input: expected string, received number',
    ],
    [
      'more than five problems',
      six,
      {},
      `${['a', 'b', 'c', 'd', 'e'].map((key) => `${key}: ${REQUIRED}`).join(', ')}, and 1 more`,
    ],
    [
      'a union after everything else',
      z.object({ u: z.union([z.string(), z.number()]), a: z.string() }),
      { u: null },
      `a: ${REQUIRED}, u: Invalid input: expected string, received null, u: Invalid input: expected number, received null`,
    ],
  ])('%s', (_name, type, value, text) => {
    expect(messageFor(type, value)).toBe(`[request body]: ${text}`);
  });

  it('of the query', () => {
    const query = z.object({ force: z.enum(['true', 'false']) });
    expect(messageFor(query, { force: 'x' }, 'query')).toBe(
      '[request query]: force: Invalid option: expected one of "true"|"false"',
    );
  });
});
