import { expect, it } from 'vitest';
import { coversIndex } from '../../../lib/detections/index-patterns.ts';
import { lucenePattern } from '../../../lib/detections/lucene-pattern.ts';
import fc from '../../support/fast-check.ts';
import { endsSoon } from '../../support/soon.ts';

const ALERTS = '.alerts-security.alerts-default';

it.each([
  [ALERTS, true],
  ['*', true],
  ['.alerts-*', true],
  ['.alerts-security.alerts-*', true],
  ['*-default', true],
  ['.alerts*alerts*default', true],
  ['.alerts-security.alerts-defaul?', true],
  ['?alerts-security.alerts-default', true],
  ['.alerts-security.alerts', false],
  ['.alerts-security.alerts-default?', false],
  ['alerts-*', false],
  ['', false],
  ['/', false],
  ['.alerts-security.alerts-default*', true],
  ['.ALERTS-*', false],
  // What the built-in roles viewer, editor and monitoring_user have.
  ['/~(([.]|ilm-history-).*)/', false],
  ['/metrics-(beats|elasticsearch|enterprisesearch|kibana|logstash).*/', false],
  ['/.*/', true],
  ['/@/', true],
  ['/\\.alerts-.*/', true],
  ['/[.]alerts-security[.]alerts-(default|other)/', true],
  ['/.alerts-security.alerts-[a-z]{7}/', true],
  ['/.alerts-security.alerts-[a-z]{8}/', false],
  ['/(/', false],
  ['//', false],
])('%s covers the alerts of a space: %s', (pattern, covers) => {
  expect(coversIndex(pattern, ALERTS)).toBe(covers);
});

it.each<[pattern: string, matches: string[], not: string[]]>([
  ['~(([.]|ilm-history-).*)', ['logs', 'ilm-history', 'a.b', ''], ['.kibana', 'ilm-history-1', '.']],
  ['metrics-(beats|kibana).*', ['metrics-beats', 'metrics-kibana-1'], ['metrics-', 'metrics-logs']],
  ['a+b?c*', ['a', 'aab', 'accc', 'abc'], ['', 'b', 'abb']],
  ['a{2}', ['aa'], ['a', 'aaa']],
  ['a{2,}', ['aa', 'aaaa'], ['a']],
  ['(ab){1,2}', ['ab', 'abab'], ['', 'ababab']],
  ['a{0,1}', ['', 'a'], ['aa']],
  ['[a-c]', ['a', 'b', 'c'], ['d', '']],
  ['[^a-c]', ['d', '🙂'], ['a']],
  ['[-a]', ['-', 'a'], ['b']],
  ['[a-]', ['-', 'a'], ['b']],
  ['[\\]]', [']'], ['a']],
  ['.*a.*&.*b.*', ['ab', 'ba', 'xbxa'], ['a', 'b']],
  ['a&~b', ['a'], ['b']],
  ['~~a', ['a'], ['b']],
  ['"a.b"', ['a.b'], ['axb']],
  ['""', [''], ['a']],
  ['\\*', ['*'], ['a']],
  ['#', [], ['', 'a']],
  ['#*', [''], ['a']],
  ['a|', ['a', ''], ['b']],
  ['()', [''], ['a']],
])('reads %s as Lucene does', (pattern, matches, not) => {
  const test = lucenePattern(pattern)!;
  expect(matches.filter((text) => !test(text))).toEqual([]);
  expect(not.filter((text) => test(text))).toEqual([]);
});

it.each([
  '(',
  ')',
  '[',
  '[]',
  '*',
  '+a',
  'a{',
  'a{x}',
  '"a',
  'a\\',
  '[a-',
  '<1-5>',
  'a)',
  `${'('.repeat(60)}a${')'.repeat(60)}`,
  'a'.repeat(301),
  '(((a{100}){100}){100})',
  '(a?){150}b',
])('does not take %s for a pattern', (pattern) => {
  expect(lucenePattern(pattern)).toBeUndefined();
});

it('agrees with regular expressions on what both can say', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]');
  const pattern = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie('any'), tie('any')).map(([one, other]) => `${one}${other}`),
      fc.tuple(tie('any'), tie('any')).map(([one, other]) => `(${one}|${other})`),
      fc.tuple(tie('any'), fc.constantFrom('*', '+', '?', '{0,2}')).map(([one, times]) => `(${one})${times}`),
    ),
  })).any;
  fc.assert(
    fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 }), (text, name) => {
      const test = lucenePattern(text);
      if (test !== undefined) expect(test(name), text).toBe(new RegExp(`^(?:${text})$`, 's').test(name));
    }),
    { numRuns: 500 },
  );
});

it.each([
  `/${'(a?)'.repeat(40)}${'a'.repeat(40)}/`,
  '/(a*)*b/',
  '/((a|a)*)*b/',
  '/(a?){70}b/',
  `${'*a'.repeat(300)}*b`,
  '/~(~(a*b)*)&(.*a){30}/',
])('takes no time for %s', async (pattern) => {
  await endsSoon(() => coversIndex(pattern, 'a'.repeat(200)));
});
