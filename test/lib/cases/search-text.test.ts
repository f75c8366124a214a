import { describe, expect, it } from 'vitest';
import { textTest } from '../../../lib/cases/search-text.ts';
import { endsSoon } from '../../support/soon.ts';

describe('a search for', () => {
  it.each([
    ['fox', 'The quick Fox', true],
    ['FOX', 'fox', true],
    ['fo', 'fox', false],
    ['fo*', 'fox', true],
    ['dog fox', 'fox', true],
    ['"quick fox"', 'the quick fox', true],
    ['"fox quick"', 'the quick fox', false],
    ['quick-fox', 'a quick fox', true],
    ['-dog', 'fox', true],
    ['-"quick fox"', 'the quick fox', false],
    ['über', 'ÜBER alles', true],
    ['', 'fox', false],
    ['***', 'fox', false],
    ['"unclosed fox', 'unclosed fox', true],
    ['(a+)+$', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', false],
  ])('%s in «%s» is %s', (query, text, found) => {
    expect(textTest(query, 'OR').matches([text])).toBe(found);
  });

  it('all words may find them in different texts', () => {
    const test = textTest('one two', 'AND');
    expect(test.matches(['one', 'and two'])).toBe(true);
    expect(test.matches(['one', 'three'])).toBe(false);
  });

  it('a phrase finds it in one text', () => {
    expect(textTest('"one two"', 'AND').matches(['one', 'two'])).toBe(false);
  });

  it('up to a hundred words is answered', () => {
    const words = Array.from({ length: 101 }, (_, index) => `w${index}`);
    expect(textTest(words.slice(1).join(' '), 'OR').matches(['w100'])).toBe(true);
    expect(() => textTest(words.join(' '), 'OR')).toThrow('too many words to search for: 101 where 100 are allowed');
  });

  it('a long hostile query ends soon', () =>
    endsSoon(() => textTest('"-'.repeat(50_000), 'AND').matches(['a '.repeat(15_000)])));
});
