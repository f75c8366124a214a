import * as z from 'zod';
import fc from './fast-check.ts';

type Schema = { [key: string]: unknown };

/** Values that a schema takes, most of them: formats, patterns and refinements are not looked at. */
export function fittingTo(schema: z.ZodType | undefined): fc.Arbitrary<unknown> {
  if (schema === undefined) return fc.constant(undefined);
  return arbitraryOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema, 0);
}

const key = fc.oneof(
  fc.constantFrom('id', 'name', 'type', 'constructor', 'toString', 'pk', 'sk', 'a.b', ''),
  fc.string({ maxLength: 8 }),
);

/** Any JSON at all, with keys and texts that have broken something somewhere before. */
export const anything: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -1,
      1.5,
      2 ** 53,
      1e308,
      '',
      ' ',
      'true',
      '{}',
      '[]',
      '\u0000',
      '\ud800',
    ),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
})).value;

function arbitraryOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(alternatives)) return fc.oneof(...alternatives.map((each: Schema) => arbitraryOf(each, depth)));
  if (depth > 6) return fc.constant(null);
  switch (schema.type) {
    case 'string':
      return fc.string({ unit: 'grapheme', minLength: Math.min(Number(schema.minLength ?? 0), 50), maxLength: 50 });
    case 'integer':
      return fc.integer({ min: Number(schema.minimum ?? -10), max: Math.min(Number(schema.maximum ?? 50), 50) });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true, min: Number(schema.minimum ?? -1e6), max: 1e6 });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(schema.items ? arbitraryOf(schema.items as Schema, depth + 1) : anything, { maxLength: 3 });
    case 'object':
      return objectOf(schema, depth);
    default:
      return anything;
  }
}

function objectOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const required = (schema.required ?? []) as string[];
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, inner]) => [name, arbitraryOf(inner, depth + 1)]),
  );
  const known = fc.record(fields, { requiredKeys: required.filter((name) => Object.hasOwn(fields, name)) });
  if (typeof schema.additionalProperties !== 'object' || schema.additionalProperties === null) return known;
  const others = fc.dictionary(key, arbitraryOf(schema.additionalProperties as Schema, depth + 1), { maxKeys: 3 });
  return fc.tuple(others, known).map(([more, own]) => ({ ...more, ...own }));
}
