import { describe, expect, it } from 'vitest';
import { documentIn, expandDottedKeys, leavesIn, valueAt } from '../../../lib/entities/dotted-keys.ts';

describe('expandDottedKeys', () => {
  it.each<[unknown, unknown]>([
    [{ 'a.b': 1, a: { c: 2 } }, { a: { b: 1, c: 2 } }],
    [{ a: { 'b.c': { 'd.e': 1 } } }, { a: { b: { c: { d: { e: 1 } } } } }],
    [{ 'a.b': 1, a: { b: 2 } }, { a: { b: 2 } }],
    [{ a: 1, 'a.b': 2 }, { a: { b: 2 } }],
    [{ 'a.b': 2, a: 1 }, { a: 1 }],
    [{ 'a.b': {}, a: { b: {} } }, { a: { b: {} } }],
    [
      { 'a..b': 1, '.': 2 },
      { a: { '': { b: 1 } }, '': { '': 2 } },
    ],
    [{ 'a.b': [{ 'c.d': 1 }, null] }, { a: { b: [{ 'c.d': 1 }, null] } }],
    [{ 'constructor.prototype': 1, toString: 2 }, JSON.parse('{"constructor":{"prototype":1},"toString":2}')],
    [[{ 'a.b': 1 }], [{ 'a.b': 1 }]],
    [null, null],
    ['a.b', 'a.b'],
  ])('makes %j to %j', (value, expanded) => {
    expect(expandDottedKeys(value)).toEqual({ value: expanded });
  });

  it.each(['__proto__.a', 'a.__proto__.b', 'a.b.__proto__'])('refuses %s', (key) => {
    expect(expandDottedKeys({ [key]: { polluted: true } })).toEqual({ problem: 'A key must not contain __proto__' });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['one key', { [`${'a.'.repeat(50)}b`]: 1 }],
    ['keys in keys', { [`${'a.'.repeat(30)}b`]: { [`${'c.'.repeat(30)}d`]: 1 } }],
    ['a key of a million points', { ['.'.repeat(1_000_000)]: 1 }],
    ['plain objects', JSON.parse(`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`)],
  ])('refuses too many levels: %s', (_name, value) => {
    expect(expandDottedKeys(value)).toEqual({ problem: 'An object is nested deeper than 50 levels' });
  });

  it('takes as many levels as it says', () => {
    expect(expandDottedKeys({ [`${'a.'.repeat(49)}b`]: 1 }).problem).toBeUndefined();
  });

  it('takes many keys, but not any number', () => {
    const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`l.${index}`, 1]));
    expect(expandDottedKeys(keys(10_000)).problem).toBeUndefined();
    const problem = 'A document has more than 10000 keys';
    expect(expandDottedKeys(keys(10_001))).toEqual({ problem });
    expect(expandDottedKeys({ a: keys(6_000), b: keys(6_000) })).toEqual({ problem });
  });

  it('takes bytes for no body', () => {
    expect(expandDottedKeys(Buffer.from('{}'))).toEqual({ value: null });
  });
});

it('tells the leaves of a document in its order', () => {
  const document = { b: { d: [1, { x: 1 }], c: { e: null } }, a: {}, f: { g: '' } };
  expect(Array.from(leavesIn(document))).toEqual([
    { path: 'b.d', value: [1, { x: 1 }] },
    { path: 'b.c.e', value: null },
    { path: 'a', value: {} },
    { path: 'f.g', value: '' },
  ]);
});

it('tells what stands at a path, own keys only', () => {
  const document = { a: { b: [1] }, c: 'text' };
  expect(valueAt(document, 'a.b')).toEqual([1]);
  expect(valueAt(document, 'a')).toEqual({ b: [1] });
  for (const path of ['a.b.0', 'c.length', 'x', 'constructor', 'a.toString', '']) {
    expect(valueAt(document, path)).toBeUndefined();
  }
});

it('gives only documents that have passed validation', () => {
  expect(documentIn({ 'a.b': 1 })).toEqual({ a: { b: 1 } });
  expect(() => documentIn(undefined)).toThrow();
  expect(() => documentIn({ '__proto__.a': 1 })).toThrow();
});
