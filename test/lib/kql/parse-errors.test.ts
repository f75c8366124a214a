import { describe, expect, it } from 'vitest';
import { parseKql } from '../../../lib/kql/parse.ts';
import { KqlSyntaxError } from '../../../lib/kql/syntax-error.ts';
import fc from '../../support/fast-check.ts';
import { endsSoon } from '../../support/soon.ts';
import { referenceError } from './reference-grammar.ts';

function errorOf(text: string): KqlSyntaxError | undefined {
  try {
    parseKql(text);
    return undefined;
  } catch (error) {
    if (error instanceof KqlSyntaxError) return error;
    throw error;
  }
}

const operators = '":", "<", "<=", ">", ">="';

describe('syntax errors', () => {
  // Kibana's own texts.
  it.each([
    ['response:', 'Expected "(", "{", value, whitespace but end of input found.', 9],
    ['response:200 or ', 'Expected "(", NOT, field name, value but end of input found.', 16],
    ['response:(200 or )', 'Expected "(", NOT, value but ")" found.', 17],
    ['response:200 and not ', 'Expected "(", field name, value but end of input found.', 21],
    ['response:(200 and not )', 'Expected "(", value but ")" found.', 22],
    ['foo:"ba ', 'Expected "(", "{", value, whitespace but """ found.', 4],
    ['foo:"ba "r"', 'Expected AND, OR, end of input but "r" found.', 9],
    ['foo:ba:r', 'Expected AND, OR, end of input but ":" found.', 6],
    ['foo > ', 'Expected literal, whitespace but end of input found.', 6],
    ['< 1000', 'Expected "(", NOT, end of input, field name, value, whitespace but "<" found.', 0],
    ['dashboard.attributes.title:foo<invalid', 'Expected AND, OR, end of input but "<" found.', 30],
    ['xxx(yyy))', `Expected ${operators}, AND, OR, end of input, whitespace but "(" found.`, 3],
    [':test', 'Expected "(", NOT, end of input, field name, value, whitespace but ":" found.', 0],
    ['network :()awin', 'Expected "(", NOT, value, whitespace but ")" found.', 10],
    ['(response: 400', 'Expected ")" but end of input found.', 14],
  ])('of %s', (text, shortMessage, offset) => {
    const error = errorOf(text);
    expect(error?.shortMessage).toBe(shortMessage);
    expect(error?.message).toBe(`${shortMessage}\n${text}\n${'-'.repeat(offset)}^`);
  });

  // The same logic, other places.
  it.each([
    ['  < 1', 'Expected "(", NOT, end of input, field name, value, whitespace but "<" found.', 2],
    ['(', 'Expected "(", NOT, field name, value, whitespace but end of input found.', 1],
    ['()', 'Expected "(", NOT, field name, value, whitespace but ")" found.', 1],
    ['a:(', 'Expected "(", NOT, value, whitespace but end of input found.', 3],
    ['a:{', 'Expected "(", NOT, field name, value, whitespace but end of input found.', 3],
    ['a:{b:"c"', 'Expected "}", AND, OR but end of input found.', 8],
    ['a:("b" c)', 'Expected ")" but "c" found.', 7],
    ['a:"b" c', 'Expected end of input but "c" found.', 6],
    ['(a:"b"', 'Expected ")", AND, OR but end of input found.', 6],
    ['(a', `Expected ")", ${operators} but end of input found.`, 2],
    ['a (b)', `Expected ${operators}, AND, OR, end of input but "(" found.`, 2],
    ['"a" b', `Expected ${operators}, end of input, whitespace but "b" found.`, 4],
    ['not not a', 'Expected "(", field name, value but "n" found.', 4],
    ['a:(not not b)', 'Expected "(", value but "n" found.', 7],
    ['not(a)', `Expected ${operators}, AND, OR, end of input but "(" found.`, 3],
    ['a:cannot go', 'Expected end of input but "n" found.', 5],
    ['a:\\q', 'Expected "(", "{", value, whitespace but "\\" found.', 2],
    ['a:b\\', 'Expected AND, OR, end of input but "\\" found.', 3],
    ['a <= )', 'Expected literal, whitespace but ")" found.', 5],
    ['a >= "', 'Expected literal, whitespace but """ found.', 5],
    ['a:b}', 'Expected AND, OR, end of input but "}" found.', 3],
  ])('of %s', (text, shortMessage, offset) => {
    expect(errorOf(text)?.message).toBe(`${shortMessage}\n${text}\n${'-'.repeat(offset)}^`);
  });

  it('show their first line and name when serialized', () => {
    expect(JSON.parse(JSON.stringify(errorOf('a:b:c')))).toEqual({
      shortMessage: 'Expected AND, OR, end of input but ":" found.',
      name: 'KQLSyntaxError',
    });
  });

  const fragments = fc.constantFrom(
    ...[
      'a',
      'b.c',
      'not',
      'or',
      'and',
      'NOT ',
      ' OR ',
      ' and ',
      ' ',
      '  ',
      '\u00a0',
      '\n',
      '(',
      ')',
      '{',
      '}',
      ':',
      ':(',
    ],
    ...['<', '<=', '>', '>=', '"', '"x"', '"\\"', '\\', '\\"', '\\n', '\\not', '\\and', '\\u0041', '\\u12', '*', 'a*'],
    ...['null', 'true', '__proto__', 'constructor', 'now-1d', 'now/d', '2024-01', '-4', 'é', '😀', '\u0000'],
  );
  const anyText = fc.oneof(
    fc.array(fragments, { maxLength: 14 }).map((parts) => parts.join('')),
    fc.string(),
  );

  it('are those of a memoising parser with named rules, for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(errorOf(text)?.message).toBe(referenceError(text));
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('bounds', () => {
  it('accept 10,000 characters and refuse one more', () => {
    expect(errorOf('a'.repeat(10_000))).toBeUndefined();
    const message = 'Expected at most 10000 characters but 10001 found.';
    expect(errorOf('a'.repeat(10_001))?.message).toBe(`${message}\n${'a'.repeat(10_000)}\n${'-'.repeat(10_000)}^`);
  });

  it.each([
    ['(', 'a', ')'],
    ['a:(', 'b', ')'],
    ['a:{', 'b', '}'],
    ['not (', 'a', ')'],
  ])('accept 100 levels of %s and refuse one more', (open, content, close) => {
    // A list opens its further levels with a bare bracket.
    const levels = (count: number) => {
      const rest = open === 'a:(' ? '(' : open;
      return open + rest.repeat(count - 1) + content + close.repeat(count);
    };
    expect(errorOf(levels(100))).toBeUndefined();
    expect(errorOf(levels(101))?.shortMessage).toBe('Expected at most 100 levels but 101 found.');
  });

  it('count levels, not brackets', () => {
    expect(errorOf(Array(200).fill('(a)').join(' or '))).toBeUndefined();
  });

  it('accept 1,000 clauses and refuse one more', () => {
    expect(errorOf(Array(1000).fill('a:b').join(' or '))).toBeUndefined();
    expect(errorOf(Array(1001).fill('a:b').join(' or '))?.shortMessage).toBe(
      'Expected at most 1000 clauses but 1001 found.',
    );
    expect(errorOf(`a:(${Array(1001).fill('b').join(' or ')})`)?.shortMessage).toContain('1000 clauses');
  });

  it.each([
    ' '.repeat(10_000),
    `a:${' '.repeat(9_990)}b`,
    `a${' '.repeat(9_990)}(`,
    'a '.repeat(5_000),
    '*'.repeat(10_000),
    '\\n'.repeat(5_000),
    `"${'\\'.repeat(9_999)}`,
    'not '.repeat(2_500),
    '('.repeat(10_000),
  ])('keep the time short for hostile text %#', async (text) => {
    await endsSoon(() => errorOf(text));
  });
});
