import { expect, it } from 'vitest';
import { words } from '../../../lib/kql/words.ts';

it.each([
  ['The quick, Brown-fox!', ['the', 'quick', 'brown', 'fox']],
  ["it's v1.2 at example.com.", ["it's", 'v1.2', 'at', 'example.com']],
  ['1,000 a,b snake_case a.1', ['1,000', 'a', 'b', 'snake_case', 'a', '1']],
  ['ÉTÉ naïve', ['été', 'naïve']],
  ['… --', []],
])('words of %j', (text, found) => {
  expect(words(text)).toEqual(found);
});
