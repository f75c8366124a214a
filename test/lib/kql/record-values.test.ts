import { describe, expect, it } from 'vitest';
import { leavesOf, valuesAt } from '../../../lib/kql/record-values.ts';

describe('valuesAt', () => {
  it.each([
    [{ a: 1 }, 'a', [1]],
    [{ a: { b: 1 } }, 'a.b', [1]],
    [{ 'a.b': 1 }, 'a.b', [1]],
    [{ a: { 'b.c': 1 }, 'a.b': { c: 2 }, 'a.b.c': 3 }, 'a.b.c', [1, 2, 3]],
    [{ a: [{ b: 1 }, { b: [2, [3]] }, 4] }, 'a.b', [1, 2, 3]],
    [{ a: null }, 'a', [null]],
    [{ a: {} }, 'a', [{}]],
    [{ a: [] }, 'a', []],
    [{ a: { b: 1 } }, 'a.c', []],
    [{ a: 1 }, 'a.b', []],
    [{ ab: 1 }, 'a', []],
    [{ a: 'text' }, 'a.length', []],
    [{}, '__proto__', []],
    [{}, 'constructor.name', []],
    [JSON.parse('{"__proto__":{"x":1}}'), '__proto__.x', [1]],
    [{ '': { '': 1 } }, '.', [1]],
  ])('%j %s', (record, path, values) => {
    expect(valuesAt(record, path).toSorted()).toEqual(values);
  });

  it('stands deep records and long paths', () => {
    let record: Record<string, unknown> = { a: 1 };
    for (let level = 1; level < 100_000; level += 1) record = level % 2 ? { a: [record] } : { a: record };
    expect(valuesAt(record, `${'a.'.repeat(4_999)}a`)).toHaveLength(1);
    expect([...leavesOf(record)].map(({ value }) => value)).toEqual([1]);
  });
});

it('leavesOf lists scalars with their paths', () => {
  const record = { a: [{ b: 1 }, { b: [true] }], c: { d: { e: 'x' } }, n: null, o: {}, 'f.g': '' };
  const leaves = [...leavesOf(record)].map(({ path, value }) => `${path}=${value}`);
  expect(leaves.toSorted()).toEqual(['a.b=1', 'a.b=true', 'c.d.e=x', 'f.g=']);
});
