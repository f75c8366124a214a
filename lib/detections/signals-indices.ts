import * as z from 'zod';
import { fitsKey, key } from '../stores/keys.ts';
import { type Row, read, rows } from '../stores/read.ts';
import type { Table } from '../stores/tables.ts';
import { type Write, write } from '../stores/write.ts';

/**
 * Indices of alerts as Kibana had them before 8.0, as far as their migration needs them: counts instead of documents.
 *
 *   index  pk <space>#signals_index   sk <name>
 *
 * Every space begins with two empty ones, of which the first is outdated. They are derived until something changes them.
 */
const table: Table = 'Documents';

/** Version of the index template that new indices have, and migrations lead to (Kibana 9.1). */
export const SIGNALS_TEMPLATE_VERSION = 77;
/** Version of the last template before alerts moved to indices of their own. */
const OUTDATED_VERSION = 57;

const signalsIndex = z.object({
  name: z.string(),
  /** Version of the template that the index was made with. */
  template_version: z.number().int(),
  /** Number of alerts by the version of their document format. */
  signals: z.array(z.object({ version: z.number().int(), count: z.number().int() })),
  /** Time of the newest alert; none when there are no alerts. */
  newest: z.string().optional(),
  aliases: z.array(z.string()),
  is_write_index: z.boolean(),
  /** The lifecycle policy that will delete the index. */
  cleanup: z.string().optional(),
  /** Counts the writes; 0 for an index that is still derived. */
  version: z.number().int(),
});
export type SignalsIndex = z.infer<typeof signalsIndex>;

/** The alias under which a space's alerts are read, and the one of before 8.0. */
export function aliasesOf(space: string): { alerts: string; legacy: string } {
  return { alerts: `.alerts-security.alerts-${space}`, legacy: `.siem-signals-${space}` };
}

function derivedIndices(space: string): SignalsIndex[] {
  const { alerts, legacy } = aliasesOf(space);
  const empty = { signals: [], aliases: [alerts, legacy], version: 0 };
  return [
    { ...empty, name: `${legacy}-000001`, template_version: OUTDATED_VERSION, is_write_index: false },
    { ...empty, name: `${legacy}-000002`, template_version: SIGNALS_TEMPLATE_VERSION, is_write_index: true },
  ];
}

function keyOf(space: string, name: string) {
  return key(`${space}#signals_index`, name);
}

function indexOf(row: Row): SignalsIndex {
  return signalsIndex.parse(row);
}

/** One index; undefined when the space has none of this name. */
export async function findSignalsIndex(space: string, name: string): Promise<SignalsIndex | undefined> {
  if (!fitsKey(name)) return undefined;
  const row = await read(table, keyOf(space, name));
  return row === undefined ? derivedIndices(space).find((index) => index.name === name) : indexOf(row);
}

/** All indices of a space, by name. */
export async function signalsIndicesOf(space: string): Promise<SignalsIndex[]> {
  const stored: SignalsIndex[] = [];
  for await (const row of rows({ table, pk: keyOf(space, 'any').pk })) stored.push(indexOf(row));
  const names = new Set(stored.map(({ name }) => name));
  const derived = derivedIndices(space).filter(({ name }) => !names.has(name));
  return [...stored, ...derived].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The write of a changed index; refused when it is no longer the one that was read. */
export function changeIndex(space: string, was: SignalsIndex, change: Partial<SignalsIndex>): Write {
  const next = { ...was, ...change, version: was.version + 1 };
  const address = keyOf(space, was.name);
  return was.version === 0 ? { table, create: { ...address, ...next } } : { table, replace: { ...address, ...next } };
}

/** The write of a new index; refused when there is one of this name. */
export function newIndex(space: string, index: Omit<SignalsIndex, 'version'>): Write {
  return { table, create: { ...keyOf(space, index.name), ...index, version: 1 } };
}

/** Puts an index as a snapshot of an older cluster would bring it. */
export async function restoreSignalsIndex(space: string, index: Omit<SignalsIndex, 'version'>): Promise<void> {
  await write({ table, put: { ...keyOf(space, index.name), ...index, version: 1 } });
}

/** Number of alerts in an index. */
export function countOf({ signals }: SignalsIndex): number {
  return signals.reduce((sum, { count }) => sum + count, 0);
}

/** True when the index, or any alert in it, is older than the template. */
export function isOutdated({ template_version, signals }: SignalsIndex): boolean {
  return [template_version, ...signals.map(({ version }) => version)].some((each) => each < SIGNALS_TEMPLATE_VERSION);
}
