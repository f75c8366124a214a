import { describe, expect, it } from 'vitest';
import { finder, wildcard } from '../../../lib/kql/wildcard.ts';
import fc from '../../support/fast-check.ts';
import { endsSoon } from '../../support/soon.ts';

const fewLetters = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });

describe('finder', () => {
  it('finds what indexOf finds', () => {
    fc.assert(
      fc.property(
        fewLetters,
        fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 }),
        fc.nat(12),
        (hay, needle, from) => {
          expect(finder(needle)(hay, Math.min(from, hay.length))).toBe(hay.indexOf(needle, from));
        },
      ),
      { numRuns: 2_000 },
    );
  });
  it('finds a run of words', () => {
    expect(finder(['to', 'be'])(['to', 'to', 'be'], 0)).toBe(1);
    expect(finder(['be', 'to'])(['to', 'be'], 0)).toBe(-1);
  });
});

describe('wildcard', () => {
  it('matches what the regular expression matches', () => {
    fc.assert(
      fc.property(
        fewLetters,
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 3 }), { minLength: 1, maxLength: 4 }),
        (text, pieces) => {
          const expression = new RegExp(`^${pieces.map((piece) => piece.replaceAll('.', '\\.')).join('.*')}$`);
          expect(wildcard(pieces)(text)).toBe(expression.test(text));
        },
      ),
      { numRuns: 5_000 },
    );
  });
  it('does not let the ends overlap', () => {
    expect(wildcard(['ab', 'ba'])('aba')).toBe(false);
    expect(wildcard(['a', 'b', 'b'])('ab')).toBe(false);
  });
  it('is linear', () =>
    endsSoon(() => {
      const matches = wildcard(['', `${'a'.repeat(2_500)}b${'a'.repeat(2_500)}`, '']);
      expect(matches('a'.repeat(1_000_000))).toBe(false);
      expect(wildcard(Array(5_000).fill('a'))('a'.repeat(4_999))).toBe(false);
    }));
});
