import * as z from 'zod';
import { Conflict } from '../errors/errors.ts';
import type { FieldTypes } from '../kql/matches.ts';
import { type BulkOutcome, runBulk } from './bulk.ts';
import { allowedByDefault, anonymizedByDefault } from './default-anonymization.ts';
import { DEFAULTS_SINCE } from './defaults-since.ts';
import {
  allDocuments,
  createDocument,
  defaultDocumentId,
  deleteDocument,
  documentsWithIds,
  type Kind,
  type Stored,
  updateDocument,
} from './documents.ts';
import { alternativesIn, type FindRequest, filterOf, findPage, namedIds } from './find.ts';

const fields = z.object({
  '@timestamp': z.string(),
  created_at: z.string(),
  created_by: z.string(),
  field: z.string(),
  allowed: z.boolean().optional(),
  anonymized: z.boolean().optional(),
  updated_at: z.string().optional(),
  updated_by: z.string().optional(),
  namespace: z.string().optional(),
});
type Fields = z.output<typeof fields>;
export type AnonymizationField = Stored<Fields>;

/** An anonymization field as the API answers it. */
export const anonymizationField = z.strictObject({
  timestamp: z.string(),
  createdAt: z.string(),
  createdBy: z.string(),
  field: z.string(),
  allowed: z.boolean().optional(),
  anonymized: z.boolean().optional(),
  updatedAt: z.string().optional(),
  updatedBy: z.string().optional(),
  namespace: z.string().optional(),
  id: z.string(),
});

const NAME = 'anonymization-field';

const kind: Kind<Fields> = {
  name: NAME,
  schema: fields,
  defaults: (space) =>
    allowedByDefault.map((field) => ({
      id: defaultDocumentId(NAME, space, field),
      fields: {
        '@timestamp': DEFAULTS_SINCE,
        created_at: DEFAULTS_SINCE,
        created_by: '',
        field,
        allowed: true,
        anonymized: anonymizedByDefault.includes(field),
        namespace: space,
      },
    })),
};

const types: FieldTypes = {
  '@timestamp': 'date',
  created_at: 'date',
  created_by: 'keyword',
  field: 'keyword',
  allowed: 'boolean',
  anonymized: 'boolean',
  updated_at: 'date',
  updated_by: 'keyword',
  namespace: 'keyword',
};

function searched({ id, fields: stored }: AnonymizationField): Record<string, unknown> {
  return { _id: id, ...stored };
}

/** A field in the API's names. */
export function anonymizationFieldView({ id, fields: stored }: AnonymizationField) {
  const { created_at, created_by, field, allowed, anonymized, updated_at, updated_by, namespace } = stored;
  return {
    timestamp: stored['@timestamp'],
    createdAt: created_at,
    createdBy: created_by,
    field,
    allowed,
    anonymized,
    updatedAt: updated_at,
    updatedBy: updated_by,
    namespace,
    id,
  };
}

/** One page of the fields of a space. */
export async function findAnonymizationFields(space: string, request: FindRequest, now: Date) {
  return findPage(await allDocuments(kind, space), searched, types, request, now);
}

type Flags = { allowed?: boolean | undefined; anonymized?: boolean | undefined };

export type BulkRequest = {
  create?: readonly ({ field: string } & Flags)[] | undefined;
  update?: readonly ({ id: string } & Flags)[] | undefined;
  delete?: { ids?: readonly string[] | undefined; query?: string | undefined } | undefined;
};

/**
 * Creates, changes and deletes fields.
 *
 * @throws Conflict when a field to be created exists; then nothing is done. ServerError when a name or the query is no KQL
 */
export async function changeAnonymizationFields(
  space: string,
  { create = [], update = [], delete: { ids = [], query = '' } = {} }: BulkRequest,
  { username, now }: { username: string; now: Date },
): Promise<BulkOutcome<AnonymizationField>> {
  const hasQuery = query.trim() !== '';
  const all = create.length > 0 || hasQuery ? await allDocuments(kind, space) : [];
  refuseExisting(all, create, now);
  const matched = hasQuery ? all.filter(testOf(query, now)).map(({ id }) => id) : [];
  const known = await documentsWithIds(kind, space, [...update.map(({ id }) => id), ...ids]);
  const isKnown = (id: string) => known.some((each) => each.id === id);
  const work = {
    create,
    update: update.filter(({ id }) => isKnown(id)),
    remove: [...new Set([...ids.filter(isKnown), ...matched])],
  };
  const nothingLeft = work.create.length + work.update.length + work.remove.length === 0;
  const isEmpty = nothingLeft && update.length + ids.length > 0;
  const time = now.toISOString();
  return runBulk(
    { ...work, isEmpty },
    {
      create: ({ field, ...flags }) => {
        const times = { '@timestamp': time, created_at: time, updated_at: time };
        return createDocument(kind, space, { ...times, created_by: username, field, ...given(flags) }, now);
      },
      update: ({ id, ...flags }) =>
        updateDocument(kind, space, id, (was) => ({ ...was, ...given(flags), updated_at: time }), now),
      remove: (id) => deleteDocument(kind, space, id, now),
    },
  );
}

/** The flags that were sent; those that were not leave what stands. */
function given({ allowed, anonymized }: Flags): { allowed?: boolean; anonymized?: boolean } {
  return { ...(allowed !== undefined && { allowed }), ...(anonymized !== undefined && { anonymized }) };
}

function testOf(filter: string, now: Date): (field: AnonymizationField) => boolean {
  const matches = filterOf(filter, types, now);
  return (field) => matches(searched(field));
}

/**
 * Looks for the names as Kibana does: as KQL, neither quoted nor escaped, so that `user.*` is there when `user.name` is,
 * and a colon is an error.
 */
function refuseExisting(all: readonly AnonymizationField[], create: readonly { field: string }[], now: Date): void {
  const found = new Set<AnonymizationField>();
  for (const alternatives of alternativesIn(
    'field',
    create.map(({ field }) => field),
  )) {
    for (const existing of all.filter(testOf(`(${alternatives})`, now))) found.add(existing);
  }
  if (found.size === 0) return;
  throw new Conflict(`anonymization field: "${namedIds(found)}" already exists`);
}
