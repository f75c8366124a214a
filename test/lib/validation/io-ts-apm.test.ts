import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { flag, ioTsApm, isTrue, jsonBoolean, type Roots, text } from '../../../lib/validation/io-ts-apm.ts';
import type { Source } from '../../../lib/validation/issues.ts';

const body = z.strictObject(
  { name: text.optional(), on: flag, inner: z.strictObject({ deep: text }, { error: '{ deep: string }' }).optional() },
  { error: 'A\nB' },
);

function told(schema: z.ZodType, input: unknown, source: Source = 'body', roots?: Roots): string {
  const { error } = schema.safeParse(input, { reportInput: true });
  return ioTsApm(roots)([{ source, issues: error?.issues ?? [] }]);
}

describe('APM’s validation texts', () => {
  it('tell every type error, and no unknown key beside one', () => {
    expect(told(body, { name: 1, on: 'x', foo: 1 })).toBe(
      'Failed to validate: \n  in /body/name: 1 does not match expected type string\n  in /body/on: "x" does not match expected type boolean',
    );
  });

  it('tell a missing value as undefined', () => {
    expect(told(body, {})).toBe('Failed to validate: \n  in /body/on: undefined does not match expected type boolean');
  });

  it('tell a value once for each codec that refuses it', () => {
    expect(told(body, [])).toBe(
      'Failed to validate: \n  in /body: [] does not match expected type A\n  in /body: [] does not match expected type B',
    );
  });

  it('tell an absent body as undefined', () => {
    expect(told(body, null)).toContain('in /body: undefined does not match');
  });

  it('tell unknown keys of all levels in one list', () => {
    expect(told(body, { on: true, inner: { deep: 'x', a: 1 }, b: 1, c: 1 })).toBe(
      'Failed to validate: \n  Excess keys are not allowed:\nbody.inner.a\nbody.b\nbody.c',
    );
  });

  it('tell messages of checks alone', () => {
    const schema = text.refine(() => false, { error: 'Must be right' });
    expect(told(schema, 'x')).toBe('Failed to validate: \n  Must be right');
  });

  it.each([
    ['query', undefined, '/query/on'],
    ['query', { query: '/0/query' }, '/0/query/on'],
    ['body', { body: '/1' }, '/1/on'],
    ['body', { body: '' }, '/on'],
    ['body', { unnamed: ['on'] }, '/body'],
    ['params', undefined, '/path/on'],
  ] as const)('place values of the %s under %j as %s', (source, roots, place) => {
    expect(told(z.strictObject({ on: flag }), { on: 1 }, source, roots)).toBe(
      `Failed to validate: \n  in ${place}: 1 does not match expected type boolean`,
    );
  });
});

describe('what a query holds', () => {
  it.each([
    ['true', true],
    ['false', false],
  ])('JSON text %s is a boolean', (input, value) => {
    expect(jsonBoolean.parse(input)).toBe(value);
  });

  it.each([
    ['foo', '"foo"'],
    ['5', '5'],
    ['', '""'],
  ])('%s is none', (input, shown) => {
    expect(told(z.object({ a: jsonBoolean }), { a: input }, 'query')).toBe(
      `Failed to validate: \n  in /query/a: ${shown} does not match expected type pipe(JSON, boolean)`,
    );
  });

  it('is true for the text `true` alone', () => {
    expect(['true', 'TRUE', '1', '', ['true'], undefined].map((value) => isTrue.parse(value))).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});
