import { expect, it } from 'vitest';
import { parseYaml } from '../../../lib/fleet/yaml.ts';
import { endsSoon } from '../../support/soon.ts';

it.each<[string, unknown]>([
  ['a: 1\nb: [x, "y"]', { a: 1, b: ['x', 'y'] }],
  ['', null],
  ['# only a comment', null],
  ['text', 'text'],
  ['base: &base {a: 1}\nother:\n  <<: *base\n  b: 2', { base: { a: 1 }, other: { a: 1, b: 2 } }],
])('reads %j', (text, value) => {
  expect(parseYaml(text)).toEqual(value);
});

it.each([
  ['a: 1\na: 2', 'Map keys must be unique: a'],
  ['x: {__proto__: 1}', 'Map keys must not be __proto__'],
  ['a: [', /^Flow sequence/],
  ['a: &a [x,x,x]\nb: [*a,*a]\nc: *unknown', /unknown/i],
])('refuses %j', (text, message) => {
  expect(() => parseYaml(text)).toThrow(message);
});

it('takes time by the length of the text, not by its square', () => {
  const text = Array.from({ length: 60_000 }, (_, index) => `k${index}: v`).join('\n');
  return endsSoon(() => parseYaml(text));
});

it('does not follow aliases into the billions', () => {
  const names = 'abcdefghi'.split('');
  const lines = names.map((name, index) => {
    const before = names[index - 1];
    return `${name}: &${name} [${Array(9)
      .fill(before === undefined ? 'x' : `*${before}`)
      .join(',')}]`;
  });
  expect(() => parseYaml(lines.join('\n'))).toThrow(/alias/i);
});
