import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Key } from '../../../lib/stores/keys.ts';
import {
  deletionsOf,
  packJson,
  packText,
  type StoredText,
  storedText,
  unpackJson,
  unpackText,
} from '../../../lib/stores/large-documents.ts';
import { read } from '../../../lib/stores/read.ts';
import { write } from '../../../lib/stores/write.ts';
import fc from '../../support/fast-check.ts';
import { ownTables, partition, record } from './store.ts';

ownTables();

const table = 'SavedObjects';
/** Kibana's limit for a body. */
const LIMIT = 1_048_576;
const PLAIN_LIMIT = 32 * 1_024;

let tests = 0;
const fresh = (): Key => ({ pk: `test ${tests++}`, sk: 'a' });

async function save(address: Key, text: string, replaced?: StoredText): Promise<StoredText> {
  const { stored, writes } = await packText(table, text, replaced);
  await write({ table, put: { ...address, content: stored } }, ...writes);
  return await load(address);
}

async function load(address: Key): Promise<StoredText> {
  return storedText.parse((await read(table, address))?.content);
}

const kindOf = (stored: StoredText) => Object.keys(stored)[0];
const partsOf = async (stored: StoredText) =>
  'parts' in stored ? await partition(table, `part:${stored.parts.id}`) : [];
/** Comparing megabytes of text as values would print them. */
const digestOf = (text: string) => `${text.length} ${createHash('sha256').update(text, 'utf16le').digest('hex')}`;

/** `bytes` bytes of text that does not get smaller: random base64. */
const random = (bytes: number) => randomBytes(bytes).toString('base64').slice(0, bytes);
function fill(unit: string, bytes: number): string {
  const text = unit.repeat(Math.floor(bytes / Buffer.byteLength(unit)));
  return text + 'x'.repeat(bytes - Buffer.byteLength(text));
}
const jsonText = () => {
  const item = (index: number) => ({
    id: index,
    name: `n ${random(8)}`,
    tags: ['a', null, 1e-7, 2 ** 60],
    nested: { 'a.b': '\u2028' },
  });
  const text = JSON.stringify(Array.from({ length: 7_000 }, (_, index) => item(index)));
  return text + ' '.repeat(LIMIT - Buffer.byteLength(text));
};
const bodies: [string, () => string, string, number][] = [
  ['random base64', () => random(LIMIT), 'parts', 3],
  ['JSON', jsonText, 'deflated', 0],
  ['one repeated character', () => 'a'.repeat(LIMIT), 'deflated', 0],
  ['characters of four bytes', () => fill('😀𝒳🏳️‍🌈', LIMIT), 'deflated', 0],
  ['random characters of four bytes', () => fourByteCharacters(LIMIT / 4), 'parts', 3],
  ['control characters and a byte order mark', () => fill('\ufeff\0\u001f\r\n\u2029', LIMIT), 'deflated', 0],
];

function fourByteCharacters(count: number): string {
  const numbers = new Uint32Array(count);
  const bytes = randomBytes(count * 4);
  for (let index = 0; index < count; index++) numbers[index] = 0x10000 + (bytes.readUInt32LE(index * 4) % 0x100000);
  return Array.from(numbers, (code) => String.fromCodePoint(code)).join('');
}

it.each(bodies)('keeps %s of 1,048,576 bytes as they are', async (_name, make, kind, parts) => {
  const text = make();
  expect(Buffer.byteLength(text)).toBe(LIMIT);
  const stored = await save(fresh(), text);
  expect(kindOf(stored)).toBe(kind);
  expect(await partsOf(stored)).toHaveLength(parts);
  expect(digestOf(await unpackText(table, stored))).toBe(digestOf(text));
});

it.each([
  ['nothing', '', 'text'],
  ['text at the limit', 'a'.repeat(PLAIN_LIMIT), 'text'],
  ['text beyond the limit', 'a'.repeat(PLAIN_LIMIT + 1), 'deflated'],
  ['text at the limit by its bytes', 'é'.repeat(PLAIN_LIMIT / 2), 'text'],
  ['text beyond the limit by its bytes', 'é'.repeat(PLAIN_LIMIT / 2 + 1), 'deflated'],
  ['text that compresses to less than a part', random(400_000), 'deflated'],
  ['text that compresses to more than a part', random(420_000), 'parts'],
])('stores %s', async (_name, text, kind) => {
  const { stored, writes } = await packText(table, text);
  expect(kindOf(stored)).toBe(kind);
  expect(writes).toHaveLength(kind === 'parts' ? 2 : 0);
  const found = await save(fresh(), text);
  expect(digestOf(await unpackText(table, found))).toBe(digestOf(text));
});

it('asks the store only for what lies in parts', async () => {
  const [plain, deflated, parts] = [
    await save(fresh(), 'short'),
    await save(fresh(), 'a'.repeat(50_000)),
    await save(fresh(), random(900_000)),
  ];
  const sent = record();
  for (const stored of [plain, deflated]) await unpackText(table, stored);
  expect(sent).toEqual([]);
  await unpackText(table, parts);
  expect(sent.map(({ name }) => name)).toEqual(['BatchGetCommand']);
});

it.each([
  ['another in parts', () => random(900_000), 3],
  ['a compressed text', () => 'b'.repeat(50_000), 0],
  ['a short text', () => 'short', 0],
])('deletes the parts of a text when %s replaces it', async (_name, make, count) => {
  const address = fresh();
  const old = await save(address, random(900_000));
  expect(await partsOf(old)).toHaveLength(3);
  const text = make();
  const stored = await save(address, text, old);
  expect(await partsOf(old)).toEqual([]);
  expect(await partsOf(stored)).toHaveLength(count);
  expect(digestOf(await unpackText(table, stored))).toBe(digestOf(text));
});

it('keeps the old text when the transaction that replaces it is refused', async () => {
  const address = fresh();
  const text = random(900_000);
  const old = await save(address, text);
  const { stored, writes } = await packText(table, random(900_000), old);
  await expect(write({ table, create: { ...address, content: stored } }, ...writes)).rejects.toThrow();
  expect(digestOf(await unpackText(table, await load(address)))).toBe(digestOf(text));
  expect(await partsOf(stored)).toEqual([]);
});

it('names the writes that delete a text with its parts', async () => {
  const address = fresh();
  const stored = await save(address, random(900_000));
  await write({ table, delete: address }, ...deletionsOf(table, stored));
  expect(await partsOf(stored)).toEqual([]);
  expect(deletionsOf(table, { text: 'short' })).toEqual([]);
  expect(deletionsOf(table, { deflated: new Uint8Array() })).toEqual([]);
});

it('gives an error, not a shorter text, when parts are gone', async () => {
  const stored = await save(fresh(), random(900_000));
  await write(...deletionsOf(table, stored).slice(-1));
  await expect(unpackText(table, stored)).rejects.toThrow();
});

it('keeps two texts of one transaction apart', async () => {
  const texts = [random(700_000), random(700_000)];
  const packed = await Promise.all(texts.map((text) => packText(table, text)));
  await write(...packed.flatMap(({ writes }) => writes));
  const read = await Promise.all(packed.map(({ stored }) => unpackText(table, stored)));
  expect(read.map(digestOf)).toEqual(texts.map(digestOf));
});

const character = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  { weight: 1, arbitrary: fc.constantFrom('\ufeff', '\0', '\ufffd', '\u2028', '😀', '"', '\\') },
);

it('gives back every well-formed text, whatever its size', async () => {
  const text = fc
    .tuple(fc.string({ unit: character, minLength: 1, maxLength: 40 }), fc.constantFrom(1, 900, 40_000))
    .map(([unit, times]) =>
      unit
        .repeat(times)
        .slice(0, LIMIT / 4)
        .toWellFormed(),
    );
  await fc.assert(
    fc.asyncProperty(text, async (each) => {
      expect(digestOf(await unpackText(table, await save(fresh(), each)))).toBe(digestOf(each));
    }),
    { numRuns: 15 },
  );
});

it.each([
  ['numbers that DynamoDB would change', [2 ** 60, 1e-300, 1.7976931348623157e308, -0.5]],
  ['names that DynamoDB would refuse', { '': 1, __proto__: 2, 'a.b': { '#': [] }, ['k'.repeat(70_000)]: 0 }],
  ['lone surrogates', { '\ud800': ['\udfff', 'a\ud83d'], long: '\udc00'.repeat(40_000) }],
  ['deep nesting', JSON.parse(`${'['.repeat(490)}1${']'.repeat(490)}`)],
  ['null', null],
])('keeps JSON with %s', async (_name, value) => {
  const address = fresh();
  const { stored, writes } = await packJson(table, value);
  await write({ table, put: { ...address, content: stored } }, ...writes);
  expect(JSON.stringify(await unpackJson(table, await load(address)))).toBe(JSON.stringify(value));
});

it('gives back every JSON value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json({ stringUnit: 'binary' }), async (text) => {
      const value: unknown = JSON.parse(text);
      const { stored } = await packJson(table, value);
      await write({ table, put: { pk: 'json', sk: 'a', content: stored } });
      expect(JSON.stringify(await unpackJson(table, await load({ pk: 'json', sk: 'a' })))).toBe(JSON.stringify(value));
    }),
    { numRuns: 25 },
  );
});

it('takes over the parts of the JSON value that it replaces', async () => {
  const address = fresh();
  const old = await save(address, JSON.stringify(random(900_000)));
  const { stored, writes } = await packJson(table, { short: true }, old);
  await write({ table, put: { ...address, content: stored } }, ...writes);
  expect(await partsOf(old)).toEqual([]);
  expect(await unpackJson(table, await load(address))).toEqual({ short: true });
});
