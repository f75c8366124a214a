import * as z from 'zod';
import { key } from '../../stores/keys.ts';
import { type Row, read } from '../../stores/read.ts';
import type { Write } from '../../stores/write.ts';

/**
 * Which record of a collection is the default. One row for the whole collection, so that no two requests can leave two
 * defaults or none; it sorts before the records, so that one query lists both.
 *
 *   default  pk <collection>   sk default   targets: record id by role
 */
export const table = 'SavedObjects';
const SORT_KEY = 'default';

export type Targets = Record<string, string>;

export type Collection = {
  /** The partition of the records and of the row that names the default. */
  pk: string;
  /** The defaults until somebody chooses others. */
  initial: Targets;
};

/** The defaults as they stand, and the version to hold them to; none while nobody has chosen. */
export type Defaults = { targets: Targets; version: number | undefined };

const defaultRow = z.object({ targets: z.record(z.string(), z.string()), version: z.number() });

function keyOf({ pk }: Collection) {
  return key(pk, SORT_KEY);
}

/** True for the row that names the defaults, in a listing of the whole partition. */
export function isDefaultsRow({ sk }: Row): boolean {
  return sk === SORT_KEY;
}

export async function readDefaults(collection: Collection): Promise<Defaults> {
  return defaultsOf(collection, await read(table, keyOf(collection)));
}

/** The defaults that a row names; those of the beginning without one. */
export function defaultsOf({ initial }: Collection, row: Row | undefined): Defaults {
  return row === undefined ? { targets: initial, version: undefined } : defaultRow.parse(row);
}

/** The write that makes others the default. Whoever else does so at the same time is told. */
export function switchDefaults(collection: Collection, was: Defaults, targets: Targets): Write {
  const next = { ...keyOf(collection), targets: { ...was.targets, ...targets }, version: (was.version ?? 0) + 1 };
  return was.version === undefined ? { table, create: next } : { table, replace: next };
}

/** The condition that the defaults are still those that were read. */
export function holdDefaults(collection: Collection, { version }: Defaults): Write {
  const address = keyOf(collection);
  return version === undefined ? { table, absent: address } : { table, require: address, equals: { version } };
}

/** Whether the record is the default in the role. */
export function isTarget({ targets }: Defaults, role: string, recordId: string): boolean {
  return targets[role] === recordId;
}
