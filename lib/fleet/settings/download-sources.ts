import * as z from 'zod';
import { BadRequest, Conflict, NotFound } from '../../errors/errors.ts';
import { fitsKey, key } from '../../stores/keys.ts';
import { type Row, read, rows } from '../../stores/read.ts';
import { retryOnConflict } from '../../stores/retry-on-conflict.ts';
import { firstVersion } from '../../stores/versions.ts';
import { type Write, write } from '../../stores/write.ts';
import {
  type Collection,
  type Defaults,
  defaultsOf,
  holdDefaults,
  isDefaultsRow,
  isTarget,
  readDefaults,
  switchDefaults,
  table,
} from './defaults.ts';
import { type Actor, bumpPolicies, removeFromPolicies } from './policy-effects.ts';

/**
 * Download sources: where agents get their own binaries from. They belong to no space; one is the default. Access: by id;
 * all; by name.
 *
 *   source  pk fleet-download-sources        sk source#<id>   created_at: epoch milliseconds
 *   gone    the same address, deleted: true: the source that exists without a row was deleted
 *   name    pk fleet-download-source-names   sk name#<name>   id: names are unique
 */
const PREFIX = 'source#';
const INITIAL_ID = 'fleet-default-download-source';
const sources: Collection = { pk: 'fleet-download-sources', initial: { source: INITIAL_ID } };

const fields = z.object({ name: z.string(), host: z.string(), proxy_id: z.string().nullable().optional() });
const storedRow = fields.extend({ sk: z.string(), created_at: z.number(), version: z.number() });
const goneRow = z.object({ deleted: z.literal(true), version: z.number() });

/** A download source as the API answers it. */
export const downloadSource = fields.extend({ id: z.string(), is_default: z.boolean() });
export type DownloadSource = z.infer<typeof downloadSource>;

type Source = z.infer<typeof fields> & { id: string; createdAt: number; version: number | undefined };

/** The source that exists without being created. */
const initialSource: Source = {
  id: INITIAL_ID,
  name: 'Elastic Artifacts',
  host: 'https://artifacts.elastic.co/downloads/',
  createdAt: 0,
  version: undefined,
};

function keyOf(id: string) {
  return key(sources.pk, `${PREFIX}${id}`);
}

function nameKey(name: string) {
  return key('fleet-download-source-names', `name#${name}`);
}

function sourceOf(row: Row): Source {
  const { sk, created_at, ...rest } = storedRow.parse(row);
  return { ...rest, id: sk.slice(PREFIX.length), createdAt: created_at };
}

const isGone = (row: Row) => goneRow.safeParse(row).success;

function view({ id, name, host, proxy_id }: Source, defaults: Defaults): DownloadSource {
  return {
    id,
    name,
    is_default: isTarget(defaults, 'source', id),
    host,
    ...(proxy_id !== undefined && { proxy_id }),
  };
}

/** All download sources, the default first, the others in the order of their creation. */
export async function listDownloadSources(): Promise<DownloadSource[]> {
  const found: Source[] = [];
  let defaults: Defaults = { targets: sources.initial, version: undefined };
  let hasInitialRow = false;
  for await (const row of rows({ table, pk: sources.pk })) {
    if (isDefaultsRow(row)) {
      defaults = defaultsOf(sources, row);
      continue;
    }
    hasInitialRow ||= row.sk === keyOf(INITIAL_ID).sk;
    if (!isGone(row)) found.push(sourceOf(row));
  }
  if (!hasInitialRow) found.push(initialSource);
  const first = ({ id }: Source) => (isTarget(defaults, 'source', id) ? 0 : 1);
  return found
    .toSorted((one, other) => first(one) - first(other) || one.createdAt - other.createdAt)
    .map((each) => view(each, defaults));
}

/** One download source. @throws NotFound */
export async function getDownloadSource(id: string): Promise<DownloadSource> {
  const [found, defaults] = await Promise.all([find(id), readDefaults(sources)]);
  return view(found, defaults);
}

async function find(id: string): Promise<Source> {
  const row = fitsKey(`${PREFIX}${id}`) ? await read(table, keyOf(id)) : undefined;
  if (row === undefined && id === INITIAL_ID) return initialSource;
  if (row === undefined || isGone(row)) throw new NotFound(`Agent binary source ${id} not found`);
  return sourceOf(row);
}

export type NewDownloadSource = {
  id?: string | undefined;
  name: string;
  host: string;
  is_default: boolean;
  proxy_id?: string | null | undefined;
};

/**
 * Creates a download source.
 *
 * @throws BadRequest when the name is taken or the proxy is unknown, Conflict when the id is taken
 */
export async function createDownloadSource(
  input: NewDownloadSource,
  actor: Actor & { newId: () => string },
): Promise<DownloadSource> {
  const { name, host, is_default, proxy_id } = input;
  const id = input.id || actor.newId();
  const standing = await read(table, keyOf(id));
  const gone = goneRow.safeParse(standing).data;
  const taken = () => conflict(id);
  const isTaken = standing === undefined ? id === INITIAL_ID : gone === undefined;
  if (proxy_id || isTaken) await refuseTakenName(name, id);
  if (proxy_id) throw new BadRequest(`Proxy ${proxy_id} not found`);
  if (isTaken) throw taken();
  const version = gone === undefined ? firstVersion(actor.now) : gone.version + 1;
  const source: Source = {
    id,
    name,
    host,
    createdAt: actor.now.getTime(),
    version,
    ...(proxy_id !== undefined && { proxy_id }),
  };
  const { createdAt: created_at, id: _, ...stored } = source;
  const row = { ...keyOf(id), ...stored, version, created_at };
  const record: Write = gone === undefined ? { table, create: row } : { table, replace: row };
  const claim: Write = { table, create: { ...nameKey(name), id, version: 1 } };
  const step = async () => {
    await refuseTakenName(name, id);
    const was = await readDefaults(sources);
    const switched = is_default ? [switchDefaults(sources, was, { source: id })] : [];
    await write(record, claim, ...switched);
    return is_default ? { ...was, targets: { source: id } } : was;
  };
  const defaults = await retryOnConflict(step, { when: ({ index }) => index > 0, otherwise: taken });
  if (is_default) await bumpPolicies(actor);
  return view(source, defaults);
}

function conflict(id: string): Conflict {
  return new Conflict(`Saved object [ingest-download-sources/${id}] conflict`);
}

/** @throws BadRequest when another source than the one of this id has the name */
async function refuseTakenName(name: string, id: string): Promise<void> {
  const holder = await holderOf(name);
  if (holder === undefined || holder === id) return;
  throw new BadRequest(`Download Source '${holder}' already exists with name '${name}'`);
}

const nameRow = z.object({ id: z.string() });

/** The id of the source that has the name. */
async function holderOf(name: string): Promise<string | undefined> {
  const row = await read(table, nameKey(name));
  if (row !== undefined) return nameRow.parse(row).id;
  if (name !== initialSource.name) return undefined;
  // The source that exists without a row holds its name without a row, too.
  return (await read(table, keyOf(INITIAL_ID))) === undefined ? INITIAL_ID : undefined;
}

/**
 * Deletes a download source; policies that used it fall back to the default.
 *
 * @throws NotFound; BadRequest for the default one, or one that a hosted policy uses; Conflict when others kept writing
 */
export async function deleteDownloadSource(id: string, actor: Actor): Promise<void> {
  const step = async () => {
    const [was, defaults] = await Promise.all([find(id), readDefaults(sources)]);
    if (isTarget(defaults, 'source', id)) throw new BadRequest(`Default Download source ${id} cannot be deleted.`);
    await removeFromPolicies(['download_source_id'], id, actor);
    await write(deletionOf(was), holdDefaults(sources, defaults), { table, delete: nameKey(was.name) });
  };
  await retryOnConflict(step, { otherwise: () => conflict(id) });
}

/** The source that exists without a row leaves one behind that says that it is gone. */
function deletionOf({ id, version }: Source): Write {
  const address = keyOf(id);
  if (id !== INITIAL_ID) return { table, delete: address, ...(version !== undefined && { version }) };
  const gone = { ...address, deleted: true };
  return version === undefined
    ? { table, create: { ...gone, version: 1 } }
    : { table, replace: { ...gone, version: version + 1 } };
}
