import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { ElasticsearchError, type WriteConflict } from '../errors/errors.ts';
import { fitsKey, key } from '../stores/keys.ts';
import { deletionsOf, packJson, storedText, unpackJson } from '../stores/large-documents.ts';
import { openRow } from '../stores/open-row.ts';
import { type Row, read, readMany, rows } from '../stores/read.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { firstVersion } from '../stores/versions.ts';
import { write } from '../stores/write.ts';

/**
 * Documents of the assistant. Access: by id; all of a kind in a space (tens to hundreds).
 *
 *   document  pk <space>#<kind>   sk <id>   document: JSON text
 *   deleted   pk <space>#<kind>   sk <id>   nothing: hides a default document of that id
 *
 * A space begins with default documents, which are constants until they are changed or deleted: reading never writes.
 */
const table = 'Assistant';
/** Bytes of an id; in base64 these are 20 characters, as Elasticsearch's own ids have. */
const ID_BYTES = 15;

export type Stored<Fields> = { id: string; fields: Fields };

/** One kind of documents: its name in keys, its form, and what a space begins with. */
export type Kind<Fields> = {
  name: string;
  schema: z.ZodType<Fields>;
  defaults: (space: string) => readonly Stored<Fields>[];
};

const row = z.object({ sk: z.string(), version: z.number(), document: storedText.optional() });

/** A new id. */
export function newDocumentId(): string {
  return randomBytes(ID_BYTES).toString('base64url');
}

/** The id of a default document: always the same, and another in each space. */
export function defaultDocumentId(kind: string, space: string, name: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([kind, space, name]))
    .digest();
  return digest.subarray(0, ID_BYTES).toString('base64url');
}

function keyOf<Fields>({ name }: Kind<Fields>, space: string, id: string) {
  return key(`${space}#${name}`, id);
}

/** The fields of a row; undefined for what is deleted. */
function fieldsIn<Fields>(kind: Kind<Fields>, stored: Row): Promise<Fields | undefined> {
  return openRow(table, stored, async (found) => {
    const { document } = row.parse(found);
    return document && kind.schema.parse(await unpackJson(table, document));
  });
}

/** All documents of a kind: those that were created or changed, then the defaults that were not. */
export async function allDocuments<Fields>(kind: Kind<Fields>, space: string): Promise<Stored<Fields>[]> {
  const found: Stored<Fields>[] = [];
  const changed = new Set<string>();
  for await (const stored of rows({ table, pk: keyOf(kind, space, 'any').pk })) {
    const { sk: id } = row.parse(stored);
    changed.add(id);
    const fields = await fieldsIn(kind, stored);
    if (fields !== undefined) found.push({ id, fields });
  }
  return [...found, ...kind.defaults(space).filter(({ id }) => !changed.has(id))];
}

/** The documents of these ids, without those that do not exist. */
export async function documentsWithIds<Fields>(
  kind: Kind<Fields>,
  space: string,
  ids: readonly string[],
): Promise<Stored<Fields>[]> {
  const possible = [...new Set(ids)].filter(fitsKey);
  const stored = await readMany(
    table,
    possible.map((id) => keyOf(kind, space, id)),
  );
  const defaults = new Map(kind.defaults(space).map((each) => [each.id, each]));
  const found = possible.map(async (id, index) => {
    const one = stored[index];
    if (one === undefined) return defaults.get(id);
    const fields = await fieldsIn(kind, one);
    return fields && { id, fields };
  });
  return (await Promise.all(found)).filter((each) => each !== undefined);
}

/** Creates a document. */
export async function createDocument<Fields>(kind: Kind<Fields>, space: string, fields: Fields, now: Date) {
  const id = newDocumentId();
  const { stored, writes } = await packJson(table, fields);
  const created = { ...keyOf(kind, space, id), version: firstVersion(now), document: stored };
  await write({ table, create: created }, ...writes);
  return { id, fields };
}

/** Changes a document. @throws ElasticsearchError when it is gone, or others kept coming between */
export async function updateDocument<Fields>(
  kind: Kind<Fields>,
  space: string,
  id: string,
  change: (was: Fields) => Fields,
  now: Date,
): Promise<Stored<Fields>> {
  return retried(kind, space, id, async ({ was, found }) => {
    if (was === undefined) throw new ElasticsearchError(404, 'document_missing_exception', `[${id}]: document missing`);
    const fields = change(was);
    const { stored, writes } = await packJson(table, fields, found?.document);
    const next = { ...keyOf(kind, space, id), document: stored };
    await write(
      found === undefined
        ? { table, create: { ...next, version: firstVersion(now) } }
        : { table, replace: { ...next, version: found.version + 1 } },
      ...writes,
    );
    return { id, fields };
  });
}

/** Deletes a document; one that is gone already counts as deleted. @throws ElasticsearchError as above */
export async function deleteDocument<Fields>(kind: Kind<Fields>, space: string, id: string, now: Date): Promise<void> {
  const isDefault = kind.defaults(space).some((each) => each.id === id);
  await retried(kind, space, id, async ({ was, found }) => {
    if (was === undefined) return;
    const address = keyOf(kind, space, id);
    const parts = found?.document === undefined ? [] : deletionsOf(table, found.document);
    if (found === undefined) await write({ table, create: { ...address, version: firstVersion(now) } });
    else if (isDefault) await write({ table, replace: { ...address, version: found.version + 1 } }, ...parts);
    else await write({ table, delete: address, version: found.version }, ...parts);
  });
}

type Standing<Fields> = { found: z.infer<typeof row> | undefined; was: Fields | undefined };

async function standing<Fields>(kind: Kind<Fields>, space: string, id: string): Promise<Standing<Fields>> {
  const stored = await read(table, keyOf(kind, space, id));
  if (stored !== undefined) return { found: row.parse(stored), was: await fieldsIn(kind, stored) };
  return { found: undefined, was: kind.defaults(space).find((each) => each.id === id)?.fields };
}

/** Kibana's own number: the first try and three retries. */
const CHANGE_ROUNDS = 4;

/** Changes a document from what stands, again when somebody else was faster. @throws ElasticsearchError */
function retried<Fields, T>(
  kind: Kind<Fields>,
  space: string,
  id: string,
  change: (standing: Standing<Fields>) => Promise<T>,
): Promise<T> {
  let required = 0;
  const step = async () => {
    const stands = await standing(kind, space, id);
    required = stands.found?.version ?? 0;
    return change(stands);
  };
  return retryOnConflict(step, {
    rounds: CHANGE_ROUNDS,
    otherwise: (cause) => {
      const reason = conflictOf(id, required, cause);
      return new ElasticsearchError(409, 'version_conflict_engine_exception', reason, { cause });
    },
  });
}

/** Elasticsearch's words. */
function conflictOf(id: string, required: number, { found }: WriteConflict): string {
  const current = z.object({ version: z.number() }).safeParse(found);
  const standing = current.success
    ? `current document has seqNo [${current.data.version}] and primary term [1]`
    : 'but no document was found';
  return `[${id}]: version conflict, required seqNo [${required}], primary term [1]. ${standing}`;
}
