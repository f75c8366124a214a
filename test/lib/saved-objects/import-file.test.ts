import { expect, it } from 'vitest';
import { readImportFile } from '../../../lib/saved-objects/import-file.ts';

const read = (text: string) => readImportFile(Buffer.from(text));
const line = (id: string) => JSON.stringify({ type: 'tag', id, attributes: {} });

it('reads lines that end in whatever way', () => {
  expect(read(`${line('a')}\r\n\n${line('b')}\n`).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(read('')).toEqual([]);
});

it('fills in what may be absent, and drops what it does not know', () => {
  expect(read('{"type":"tag","id":"a","attributes":{"x":1},"sort":[1]}')).toEqual([
    { type: 'tag', id: 'a', attributes: { x: 1 }, references: [], managed: false },
  ]);
});

it('counts objects only', () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => line(`${index}`));
  expect(read(['{"exportedCount":1}', '', ...lines].join('\n'))).toHaveLength(10_000);
  expect(() => read([...lines, line('more')].join('\n'))).toThrow("Can't import more than 10000 objects");
});

it('names every object that is there twice, once', () => {
  const text = ['a', 'b', 'a', 'c', 'b', 'a'].map(line).join('\n');
  expect(() => read(text)).toThrow('Non-unique import objects detected: [tag:a,tag:b]');
});

it.each([
  ['a list', '[]'],
  ['a text', '"x"'],
  ['a reference without id', '{"type":"tag","id":"a","attributes":{},"references":[{"name":"n","type":"t"}]}'],
  ['a number as id', '{"type":"tag","id":1,"attributes":{}}'],
])('refuses %s with its line', (_name, text) => {
  expect(() => read(`\n${text}`)).toThrow(/^Line 2 is no saved object/);
});
