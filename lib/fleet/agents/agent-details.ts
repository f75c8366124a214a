import { createHash } from 'node:crypto';
import * as z from 'zod';
import { key } from '../../stores/keys.ts';
import { deletionsOf, packJson, type StoredText, storedText, unpackJson } from '../../stores/large-documents.ts';
import { type Row, read, readMany } from '../../stores/read.ts';
import type { Write } from '../../stores/write.ts';
import { table } from './agents.ts';

/**
 * What an agent reports about itself, which can be large and changes rarely.
 *
 *   details  pk agent#<incarnation>   sk details
 */
const document = z.object({
  local_metadata: z.record(z.string(), z.unknown()),
  user_provided_metadata: z.record(z.string(), z.unknown()).optional(),
  components: z.array(z.unknown()).optional(),
});
export type AgentDetails = z.infer<typeof document>;

const detailsRow = z.object({ document: storedText });

/** The partition of what belongs to one life of an agent. */
export function ownPartition(incarnation: string): string {
  return `agent#${incarnation}`;
}

function detailsKey(incarnation: string) {
  return key(ownPartition(incarnation), 'details');
}

/** Tells whether a value is still the same, without the value. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}

/** What one agent reported. */
export async function readDetails(incarnation: string): Promise<AgentDetails> {
  return open(await read(table, detailsKey(incarnation)));
}

/** What each of many agents reported, in their order. */
export async function readAllDetails(incarnations: readonly string[]): Promise<AgentDetails[]> {
  const found = await readMany(table, incarnations.map(detailsKey));
  return Promise.all(found.map(open));
}

async function open(row: Row | undefined): Promise<AgentDetails> {
  if (row === undefined) return { local_metadata: {} };
  return document.parse(await unpackJson(table, detailsRow.parse(row).document));
}

/** The writes that store what an agent reports, in place of what it reported before. */
export async function detailsWrites(
  incarnation: string,
  details: AgentDetails,
  replaced?: StoredText,
): Promise<Write[]> {
  const { stored, writes } = await packJson(table, details, replaced);
  return [{ table, put: { ...detailsKey(incarnation), document: stored } }, ...writes];
}

/** What the agent's row of details holds now; needed to replace it. */
export async function storedDetails(incarnation: string): Promise<StoredText | undefined> {
  const row = await read(table, detailsKey(incarnation));
  return row && detailsRow.parse(row).document;
}

/** The details that a stored text holds. */
export async function openDetails(stored: StoredText | undefined): Promise<AgentDetails> {
  return stored === undefined ? { local_metadata: {} } : document.parse(await unpackJson(table, stored));
}

/** The writes that delete what an agent reported. */
export async function detailsDeletion(incarnation: string): Promise<Write[]> {
  const stored = await storedDetails(incarnation);
  if (stored === undefined) return [];
  return [{ table, delete: detailsKey(incarnation) }, ...deletionsOf(table, stored)];
}
