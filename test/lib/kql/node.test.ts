import { describe, expect, it } from 'vitest';
import { allOf, fieldIs, fieldNames, renameFields } from '../../../lib/kql/node.ts';
import { parseKql } from '../../../lib/kql/parse.ts';

describe('allOf', () => {
  it('keeps the precedence of the trees it joins', () => {
    expect(allOf(parseKql('a:1 or b:2'), parseKql('not c:3'))).toEqual(parseKql('(a:1 or b:2) and not c:3'));
  });
  it('drops trees that ask for nothing', () => {
    expect(allOf(parseKql(''), parseKql('a:1'))).toEqual(parseKql('a:1'));
    expect(allOf(parseKql(' '))).toEqual({ type: 'all' });
    expect(allOf()).toEqual({ type: 'all' });
  });
});

it('fieldIs takes any text as it is', () => {
  expect(fieldIs('tags', 'a "b" or *')).toEqual(parseKql('tags:"a \\"b\\" or *"'));
});

describe('fieldNames', () => {
  it.each([
    ['', []],
    ['free', []],
    ['a:1 and not (b.c >= 2 or a:3)', ['a', 'b.c']],
    ['p:{ a:1 and q:{ b:2 } or free }', ['p.a', 'p.q.b']],
    ['x*:(1 or 2) and *:*', ['x*', '*']],
    ['_exists_:"a"', ['_exists_']],
  ])('of %j', (kql, names) => {
    expect(fieldNames(parseKql(kql))).toEqual(names);
  });
});

it('renameFields renames outer names, of nested clauses the path', () => {
  const withoutPrefix = (name: string) => name.replace(/^alert\.attributes\./, '');
  const tree = parseKql('alert.attributes.a:1 and not alert.attributes.p:{ x:1 } or alert.attributes.n < 2 or free');
  expect(renameFields(tree, withoutPrefix)).toEqual(parseKql('a:1 and not p:{ x:1 } or n < 2 or free'));
  expect(renameFields(parseKql(' '), withoutPrefix)).toEqual({ type: 'all' });
});
