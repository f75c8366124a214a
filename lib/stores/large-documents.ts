import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import * as z from 'zod';
import { DocumentReplaced } from '../errors/errors.ts';
import { type Key, key } from './keys.ts';
import { type Row, readMany } from './read.ts';
import type { Table } from './tables.ts';
import type { Write } from './write.ts';

/**
 * Text that may be larger than an item (400 KB). Small text lies in its row as it is; larger text is compressed; what is
 * still too large is cut into parts, which lie beside the table's other rows:
 *
 *   part  pk part:<id>   sk <three digits>   bytes
 */
const PLAIN_BYTES = 32 * 1_024;
const PART_BYTES = 300 * 1_024;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** What a row holds of its document. */
export const storedText = z.union([
  z.object({ text: z.string() }),
  z.object({ deflated: z.instanceof(Uint8Array) }),
  z.object({ parts: z.object({ id: z.string(), count: z.number().int() }) }),
]);
export type StoredText = z.infer<typeof storedText>;

/**
 * Prepares a text for storage: `stored` goes into an attribute of the row, `writes` into the same transaction. The parts
 * of the text that it replaces are deleted there too.
 */
export async function packText(
  table: Table,
  text: string,
  replaced?: StoredText,
): Promise<{ stored: StoredText; writes: Write[] }> {
  const writes = replaced === undefined ? [] : deletionsOf(table, replaced);
  if (Buffer.byteLength(text) <= PLAIN_BYTES) return { stored: { text }, writes };
  const deflated = await deflate(Buffer.from(text));
  if (deflated.length <= PART_BYTES) return { stored: { deflated }, writes };
  const id = randomUUID();
  const count = Math.ceil(deflated.length / PART_BYTES);
  for (const [index, address] of partKeys({ id, count }).entries()) {
    const bytes = deflated.subarray(index * PART_BYTES, (index + 1) * PART_BYTES);
    writes.push({ table, create: { ...address, bytes } });
  }
  return { stored: { parts: { id, count } }, writes };
}

/**
 * The text as it was packed.
 *
 * @throws DocumentReplaced when it is no longer what its row holds; `retryOnConflict` reads the row again
 */
export async function unpackText(table: Table, stored: StoredText): Promise<string> {
  if ('text' in stored) return stored.text;
  const deflated = 'deflated' in stored ? stored.deflated : await joinParts(table, stored.parts);
  return (await inflate(deflated)).toString();
}

/** `packText` of a JSON value: free-form content is never a DynamoDB map, which changes numbers and refuses odd keys. */
export function packJson(table: Table, value: unknown, replaced?: StoredText) {
  return packText(table, JSON.stringify(value), replaced);
}

/** The value that `packJson` stored. @throws DocumentReplaced, as `unpackText` does */
export async function unpackJson(table: Table, stored: StoredText): Promise<unknown> {
  return JSON.parse(await unpackText(table, stored));
}

/** The writes that delete what a text has beside its row. */
export function deletionsOf(table: Table, stored: StoredText): Write[] {
  return partKeysOf(stored).map((address) => ({ table, delete: address }));
}

/** Where the parts of a text lie, if it has any. */
export function partKeysOf(stored: StoredText): Key[] {
  return 'parts' in stored ? partKeys(stored.parts) : [];
}

const part = z.object({ bytes: z.instanceof(Uint8Array) });

async function joinParts(table: Table, parts: { id: string; count: number }): Promise<Uint8Array> {
  const found: (Row | undefined)[] = await readMany(table, partKeys(parts));
  if (found.includes(undefined)) throw new DocumentReplaced();
  return Buffer.concat(found.map((row) => part.parse(row).bytes));
}

function partKeys({ id, count }: { id: string; count: number }) {
  return Array.from({ length: count }, (_, index) => key(`part:${id}`, String(index).padStart(3, '0')));
}
