import { BadRequest } from '../errors/errors.ts';

/** Address of a row. */
export type Key = { pk: string; sk: string };

/** DynamoDB's limits for key attributes, in bytes of UTF-8. */
const PARTITION_KEY_BYTES = 2_048;
const SORT_KEY_BYTES = 1_024;

/**
 * Builds a row's address and checks what DynamoDB would refuse, so that a hostile id is a 400 and not a fault.
 *
 * Free text (ids, names) may stand only as the last part of `pk` or `sk`, after a space id or a constant that cannot hold
 * the separator: then no text can point into another's partition. In tables with partitions of spaces, other partition keys
 * that hold an id begin with a constant and a colon, which no space id has: a space may have any other name.
 */
export function key(pk: string, sk: string): Key {
  check(pk, PARTITION_KEY_BYTES);
  check(sk, SORT_KEY_BYTES);
  return { pk, sk };
}

/** More milliseconds than any date has. */
const END_OF_TIME = 9_999_999_999_999;

/** A time as text whose order is the newest first. */
export function newestFirst(time: string): string {
  return String(END_OF_TIME - Date.parse(time)).padStart(13, '0');
}

/** True when the text can be a key: not empty, well-formed UTF-16, within DynamoDB's limit for sort keys. */
export function fitsKey(text: string): boolean {
  return problemOf(text, SORT_KEY_BYTES) === undefined;
}

function check(text: string, limit: number): void {
  const problem = problemOf(text, limit);
  if (problem !== undefined) throw new BadRequest(problem);
}

function problemOf(text: string, limit: number): string | undefined {
  if (text === '') return 'an id must not be empty';
  if (!text.isWellFormed()) return 'an id must be well-formed Unicode';
  const bytes = Buffer.byteLength(text);
  return bytes > limit ? `an id is too long: ${bytes} bytes where ${limit} are allowed` : undefined;
}
