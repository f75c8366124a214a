/**
 * Versions of records. `version` counts the writes of one record; it starts at the second of its creation, so that a
 * re-created record never repeats the version of the one before it. Clients see it as base64 of `[version,1]`, the form
 * of Elasticsearch's sequence number and primary term.
 */

/** Version of a record created now. */
export function firstVersion(now: Date): number {
  return Math.floor(now.getTime() / 1_000);
}

/**
 * Version of a record created now whose version no client sees: in milliseconds, so that one that is deleted and created anew
 * at once has another.
 */
export function firstInnerVersion(): number {
  return Date.now();
}

/** The API's `_version` text of a version. */
export function encodeVersion(version: number): string {
  return Buffer.from(`[${version},1]`).toString('base64');
}

/** Sequence number and primary term of a `_version` text; undefined when it is not one. */
export function decodeVersion(text: string): { if_seq_no: number; if_primary_term: number } | undefined {
  const match = /^\[(\d{1,15}),(\d{1,15})\]$/.exec(Buffer.from(text, 'base64').toString());
  return match === null ? undefined : { if_seq_no: Number(match[1]), if_primary_term: Number(match[2]) };
}
