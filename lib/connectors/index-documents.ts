import { randomBytes } from 'node:crypto';
import { WriteConflict } from '../errors/errors.ts';
import type { JsonObject } from '../json/merge.ts';
import type { Principal } from '../security/principal.ts';
import { fitsKey, key } from '../stores/keys.ts';
import { inLanes } from '../stores/lanes.ts';
import { packJson } from '../stores/large-documents.ts';
import { firstVersion } from '../stores/versions.ts';
import { write } from '../stores/write.ts';
import { indexNameProblem } from './index-names.ts';
import { mayAddDocuments, unauthorizedToAdd } from './index-privileges.ts';

/**
 * Documents of the indices that connectors write to. Indices belong to no space. Access: by index and id; all of an index.
 *
 *   document  pk index#<index>   sk <_id>
 */
const table = 'Documents';
/** Writes under way at once; one partition takes 1,000 a second. */
const IN_FLIGHT = 16;
/** Fields that Elasticsearch keeps about a document; they cannot be part of one. */
const METADATA_FIELDS = [
  '_id',
  '_index',
  '_source',
  '_routing',
  '_field_names',
  '_ignored',
  '_seq_no',
  '_version',
  '_nested_path',
  '_tier',
];

/** A document to be created; without an id it gets one. */
export type NewDocument = { id?: string; source: JsonObject };

type ItemError = { type: string; reason: string };
type Created = {
  _index: string;
  _id: string;
  _version: number;
  result: 'created';
  _shards: { total: number; successful: number; failed: number };
  _seq_no: number;
  _primary_term: number;
  status: 201;
};
type Failed = { _index: string; _id: string; status: number; error: ItemError };
export type BulkItem = { create: Created | Failed };
/** What Elasticsearch's bulk API answers. */
export type BulkAnswer = { errors: boolean; took: number; items: BulkItem[] };

export type Bulk = {
  as: Principal;
  now: Date;
  /** Epoch milliseconds after which no further document is begun. */
  deadline?: number | undefined;
};

/** Creates documents, each for itself, as Elasticsearch's bulk API does: what cannot be created is told in its item. */
export async function bulkCreate(index: string, documents: readonly NewDocument[], bulk: Bulk): Promise<BulkAnswer> {
  const { as, deadline = Number.POSITIVE_INFINITY } = bulk;
  const started = Date.now();
  const refusal = refusalOf(index, as);
  const items: BulkItem[] = [];
  await inLanes(IN_FLIGHT, documents.entries(), async ([at, { id, source }]) => {
    const _id = id ?? newDocumentId();
    items[at] = {
      create: { _index: index, _id, ...(refusal ?? (await createOne(index, _id, source, bulk, deadline))) },
    };
  });
  return { errors: items.some(({ create }) => 'error' in create), took: Date.now() - started, items };
}

/** The form of Elasticsearch's own ids: 20 characters that are safe in URLs. */
function newDocumentId(): string {
  return randomBytes(15).toString('base64url');
}

type Outcome = Omit<Failed, '_index' | '_id'> | Omit<Created, '_index' | '_id'>;

function failed(status: number, type: string, reason: string): Omit<Failed, '_index' | '_id'> {
  return { status, error: { type, reason } };
}

/** Why no document of this caller can go to the index. */
function refusalOf(index: string, as: Principal): Omit<Failed, '_index' | '_id'> | undefined {
  const problem = indexNameProblem(index);
  if (problem !== undefined) {
    return failed(400, 'invalid_index_name_exception', `Invalid index name [${index.toWellFormed()}], ${problem}`);
  }
  return mayAddDocuments(as, index) ? undefined : failed(403, 'security_exception', unauthorizedToAdd(as, index));
}

async function createOne(
  index: string,
  id: string,
  source: JsonObject,
  { now }: Bulk,
  deadline: number,
): Promise<Outcome> {
  if (Date.now() >= deadline) {
    return failed(429, 'es_rejected_execution_exception', 'no time was left to index this document');
  }
  const metadata = METADATA_FIELDS.find((name) => Object.hasOwn(source, name));
  if (metadata !== undefined) {
    const rule = 'is a metadata field and cannot be added inside a document. Use the index API request parameters.';
    return failed(400, 'document_parsing_exception', `Field [${metadata}] ${rule}`);
  }
  if (!fitsKey(id) || Buffer.byteLength(id) > 512) {
    return failed(
      400,
      'illegal_argument_exception',
      `id [${id.toWellFormed()}] is empty or too long, must be no longer than 512 bytes`,
    );
  }
  const version = firstVersion(now);
  const { stored, writes } = await packJson(table, source);
  try {
    await write({ table, create: { ...key(`index#${index}`, id), version, document: stored } }, ...writes);
  } catch (error) {
    if (!(error instanceof WriteConflict)) throw error;
    const reason = `[${id}]: version conflict, document already exists (current version [1])`;
    return failed(409, 'version_conflict_engine_exception', reason);
  }
  return {
    _version: 1,
    result: 'created',
    _shards: { total: 2, successful: 1, failed: 0 },
    _seq_no: version,
    _primary_term: 1,
    status: 201,
  };
}
