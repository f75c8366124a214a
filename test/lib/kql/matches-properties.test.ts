import { describe, expect, it } from 'vitest';
import { ElasticsearchError } from '../../../lib/errors/errors.ts';
import { kqlFilter } from '../../../lib/kql/matches.ts';
import { parseKql } from '../../../lib/kql/parse.ts';
import { KqlSyntaxError } from '../../../lib/kql/syntax-error.ts';
import fc from '../../support/fast-check.ts';

// Each expression is generated together with its meaning, so the reference needs neither parser nor tree.
type Doc = { a: string[]; b?: string; n?: number; o: { c?: string }; items: { x: string; y: string }[] };
type Expression = { kql: string; holds: (doc: Doc) => boolean };
type Value = { kql: string; holds: (found: string) => boolean };

const now = new Date('2024-05-15T12:00:00.000Z');
const letters = fc.constantFrom(
  'x',
  'y',
  'xy',
  'yx',
  'x y',
  'or',
  'and',
  'null',
  'X',
  '',
  'x*',
  '(x)',
  'a:"b"',
  'x\\y',
);
const nullable = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const docs: fc.Arbitrary<Doc> = fc
  .record({
    a: fc.array(letters, { maxLength: 3 }),
    b: nullable(letters),
    n: nullable(fc.integer({ min: -3, max: 3 })),
    o: fc.record({ c: nullable(letters) }),
    items: fc.array(fc.record({ x: letters, y: letters }), { maxLength: 3 }),
  })
  .map((doc) => JSON.parse(JSON.stringify(doc)));

const quote = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const values: fc.Arbitrary<Value> = fc.oneof(
  letters.map((text) => ({ kql: quote(text), holds: (found: string) => found === text })),
  fc.constantFrom('x', 'y', 'xy', 'x y', 'X').map((text) => ({ kql: text, holds: (found: string) => found === text })),
  fc.array(fc.constantFrom('x', 'y', '*', '*'), { minLength: 1, maxLength: 5 }).map((parts) => {
    const expression = new RegExp(`^${parts.join('').replaceAll('*', '.*')}$`, 's');
    return { kql: parts.join(''), holds: (found: string) => expression.test(found) };
  }),
);

const space = fc.constantFrom(' ', '  ', '\t', '\u00a0', ' \n ');
const maybeSpace = fc.constantFrom('', ' ', '\n');
const word = (text: string) => fc.constantFrom(text, text.toUpperCase(), text[0]?.toUpperCase() + text.slice(1));

/** The operators over any operand; `close` makes a group of what must not be part of a longer chain. */
function logic<T>(operand: fc.Arbitrary<{ kql: string; holds: (found: T) => boolean }>, depth: number): typeof operand {
  if (depth === 0) return operand;
  const inner = logic(operand, depth - 1);
  const group = fc.tuple(inner, maybeSpace, maybeSpace).map(([{ kql, holds }, before, after]) => ({
    kql: `(${before}${kql}${after})`,
    holds,
  }));
  const chain = (name: 'and' | 'or') =>
    fc.tuple(fc.array(group, { minLength: 2, maxLength: 3 }), space, word(name), space).map(([parts, s, w, t]) => ({
      kql: parts.map(({ kql }) => kql).join(`${s}${w}${t}`),
      holds: (found: T) =>
        name === 'and' ? parts.every(({ holds }) => holds(found)) : parts.some(({ holds }) => holds(found)),
    }));
  const negation = fc.tuple(word('not'), space, group).map(([w, s, { kql, holds }]) => ({
    kql: `${w}${s}${kql}`,
    holds: (found: T) => !holds(found),
  }));
  // Without brackets: and binds tighter than or, not tighter than both.
  const mixed = fc.tuple(group, group, group, group).map(([a, b, c, d]) => ({
    kql: `${a.kql} or ${b.kql} and not ${c.kql} OR ${d.kql}`,
    holds: (found: T) => a.holds(found) || (b.holds(found) && !c.holds(found)) || d.holds(found),
  }));
  return fc.oneof(operand, group, chain('and'), chain('or'), negation, mixed);
}

const lists = logic(
  values.map(({ kql, holds }) => ({ kql, holds: (found: string[]) => found.some(holds) })),
  1,
).map(({ kql, holds }) => ({ kql: `(${kql})`, holds }));
const fieldOf = (name: string, read: (doc: Doc) => string[]): fc.Arbitrary<Expression> =>
  fc.tuple(lists, maybeSpace, maybeSpace).map(([{ kql, holds }, before, after]) => ({
    kql: `${name}${before}:${after}${kql}`,
    holds: (doc) => holds(read(doc)),
  }));
const present = (value: string | undefined) => (value === undefined ? [] : [value]);
const ranges: fc.Arbitrary<Expression> = fc
  .tuple(fc.constantFrom('<', '<=', '>', '>='), fc.integer({ min: -3, max: 3 }), maybeSpace)
  .map(([operator, bound, s]) => ({
    kql: `n${s}${operator}${s}${bound}`,
    holds: ({ n }) => {
      if (n === undefined) return false;
      if (n === bound) return operator.endsWith('=');
      return n < bound === operator.startsWith('<');
    },
  }));
const nested: fc.Arbitrary<Expression> = fc.tuple(values, values).map(([x, y]) => ({
  kql: `items:{ x:${x.kql} and y:${y.kql} }`,
  holds: ({ items }) => items.some((item) => x.holds(item.x) && y.holds(item.y)),
}));
const freeText: fc.Arbitrary<Expression> = values.map(({ kql, holds }) => ({
  kql,
  holds: (doc) =>
    /^\*+$/.test(kql) ||
    [...doc.a, ...present(doc.b), ...present(doc.o.c), ...doc.items.flatMap(({ x, y }) => [x, y])].some(holds),
}));
const expressions = logic<Doc>(
  fc.oneof(
    fieldOf('a', ({ a }) => a),
    fieldOf('b', ({ b }) => present(b)),
    fieldOf('o.c', ({ o }) => present(o.c)),
    fieldOf('"b"', ({ b }) => present(b)),
    ranges,
    nested,
    freeText,
  ),
  2,
);

describe('kqlFilter', () => {
  it('finds what the expression means', () => {
    const outcomes = { true: 0, false: 0 };
    fc.assert(
      fc.property(expressions, fc.array(docs, { minLength: 3, maxLength: 3 }), ({ kql, holds }, some) => {
        const filter = kqlFilter(parseKql(kql), now);
        for (const doc of some) {
          const expected = holds(doc);
          expect(filter(doc), `${kql} on ${JSON.stringify(doc)}`).toBe(expected);
          outcomes[`${expected}`] += 1;
        }
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(outcomes.true, outcomes.false)).toBeGreaterThan(1_000);
  });

  it('throws nothing but the documented errors, whatever the text', () => {
    const fragments = fc.constantFrom(
      ...['a', 'b', 'o.c', 'items', ':', ':(', ':{', '(', ')', '{', '}', '<', '>=', ' and ', ' or ', 'not ', ' ', '"'],
      ...[
        '*',
        'x*',
        '\\',
        '\\u0041',
        'null',
        'true',
        'now-1d',
        'now/d',
        '2024-01||+1M',
        '"y"',
        '__proto__',
        '.',
        '-1e400',
      ],
      ...['constructor.prototype', '\ud800', '\u0000'],
    );
    const types = { a: 'text', b: 'date', n: 'number', items: 'nested' } as const;
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 12 }), docs, fc.boolean(), (parts, doc, typed) => {
        const text = parts.join('');
        try {
          expect(typeof kqlFilter(parseKql(text), now, typed ? types : {})(doc)).toBe('boolean');
        } catch (error) {
          if (error instanceof ElasticsearchError) {
            expect(error.message).toMatch(/^\[(multi_)?match\] requires query value$/);
            expect(text).toContain('null');
          } else {
            expect(error).toBeInstanceOf(KqlSyntaxError);
            expect((error as Error).message).toMatch(/^Expected .+ but .+ found\.\n.*\n-*\^$/s);
          }
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
