import * as z from 'zod';
import { BadRequest } from '../errors/errors.ts';
import { deleteFirst } from '../stores/bulk.ts';
import { type Key, key } from '../stores/keys.ts';
import { packJson, partKeysOf, storedText, unpackJson } from '../stores/large-documents.ts';
import { read } from '../stores/read.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { firstVersion } from '../stores/versions.ts';
import { write } from '../stores/write.ts';
import { type EntityType, entityTypes } from './entity-fields.ts';
import { defaultLogExtraction, historySnapshot, type LogExtraction, logExtractionFields } from './log-extraction.ts';

/**
 * Which engines of the entity store a space has, and their settings. They begin to run with their installation: nothing
 * here has to be set up for them.
 *
 *   store  pk <space>#entity-store   sk engines   types   settings: JSON text
 */
const table = 'Entities';

const settings = z.object({ logExtraction: logExtractionFields, historySnapshot });
const row = z.object({ version: z.number(), types: z.array(z.enum(entityTypes)), settings: storedText });

function keyOf(space: string) {
  return key(`${space}#entity-store`, 'engines');
}

async function readStore(space: string) {
  const found = await read(table, keyOf(space));
  return found && row.parse(found);
}

export type Installation = {
  entityTypes?: readonly EntityType[] | undefined;
  logExtraction?: LogExtraction | undefined;
  historySnapshot?: z.output<typeof historySnapshot> | undefined;
};

/** Adds engines to a space; settings that are given replace those that stand. False when it has all of them already. */
export function installEngines(space: string, request: Installation, now: Date): Promise<boolean> {
  const { entityTypes: wanted = entityTypes } = request;
  return retryOnConflict(async () => {
    const store = await readStore(space);
    if (wanted.every((type) => store?.types.includes(type))) return false;
    const was = store && settings.parse(await unpackJson(table, store.settings));
    const { stored, writes } = await packJson(
      table,
      {
        logExtraction: { ...was?.logExtraction, ...request.logExtraction },
        historySnapshot: { ...was?.historySnapshot, ...request.historySnapshot },
      },
      store?.settings,
    );
    const types = entityTypes.filter((type) => wanted.includes(type) || store?.types.includes(type));
    const next = { ...keyOf(space), types, settings: stored };
    await write(
      store === undefined
        ? { table, create: { ...next, version: firstVersion(now) } }
        : { table, replace: { ...next, version: store.version + 1 } },
      ...writes,
    );
    return true;
  });
}

/** The key of the entity store of a space, its entities aside; what else it has is deleted on the way. */
export async function* engineKeysIn(space: string): AsyncGenerator<Key> {
  const store = await readStore(space);
  if (store === undefined) return;
  await deleteFirst(table, partKeysOf(store.settings));
  yield keyOf(space);
}

/** @throws BadRequest when the space has no entity store */
export async function requireInstalled(space: string): Promise<void> {
  if ((await readStore(space)) !== undefined) return;
  throw new BadRequest(
    'Entity Store is not installed. Install it via POST /api/security/entity_store/install or from the Security Entity Store page, then retry.',
  );
}

/** An engine as the status tells of it. The keys without meaning here are those that clients of older versions read. */
export const engine = z.object({
  type: z.enum(entityTypes),
  status: z.literal('started'),
  filter: z.literal(''),
  delay: z.string(),
  timeout: z.string(),
  frequency: z.string(),
  lookbackPeriod: z.string(),
  fieldHistoryLength: z.number(),
  maxLogsPerPage: z.number(),
  maxTimeWindowSize: z.string(),
  maxLogsPerWindow: z.number(),
  maxLogsPerWindowCapBehavior: z.string(),
  docsPerSecond: z.literal(-1),
  indexPattern: z.literal(''),
  enrichPolicyExecutionInterval: z.null(),
  timestampField: z.literal('@timestamp'),
  maxPageSearchSize: z.literal(10_000),
  components: z.array(z.unknown()).optional(),
});
type Engine = z.output<typeof engine>;

/** State of a space's entity store and of its engines, in the order of types. */
export async function storeStatus(space: string): Promise<{ status: 'not_installed' | 'running'; engines: Engine[] }> {
  const store = await readStore(space);
  if (store === undefined) return { status: 'not_installed', engines: [] };
  const { logExtraction: chosen } = settings.parse(await unpackJson(table, store.settings));
  const {
    delay = defaultLogExtraction.delay,
    frequency = defaultLogExtraction.frequency,
    lookbackPeriod = defaultLogExtraction.lookbackPeriod,
    fieldHistoryLength = defaultLogExtraction.fieldHistoryLength,
    maxLogsPerPage = defaultLogExtraction.maxLogsPerPage,
    maxTimeWindowSize = defaultLogExtraction.maxTimeWindowSize,
    maxLogsPerWindow = defaultLogExtraction.maxLogsPerWindow,
    maxLogsPerWindowCapBehavior = defaultLogExtraction.maxLogsPerWindowCapBehavior,
  } = chosen;
  const engines = store.types.map(
    (type): Engine => ({
      type,
      status: 'started',
      filter: '',
      delay,
      timeout: defaultLogExtraction.timeout,
      frequency,
      lookbackPeriod,
      fieldHistoryLength,
      maxLogsPerPage,
      maxTimeWindowSize,
      maxLogsPerWindow,
      maxLogsPerWindowCapBehavior,
      docsPerSecond: -1,
      indexPattern: '',
      enrichPolicyExecutionInterval: null,
      timestampField: '@timestamp',
      maxPageSearchSize: 10_000,
    }),
  );
  return { status: 'running', engines };
}
