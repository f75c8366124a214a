import { createHash, randomBytes } from 'node:crypto';
import objectHash from 'object-hash';
import * as z from 'zod';
import { BadRequest, Conflict, NotFound } from '../errors/errors.ts';
import { key } from '../stores/keys.ts';
import { deletionsOf, packJson, storedText, unpackJson } from '../stores/large-documents.ts';
import { openRow } from '../stores/open-row.ts';
import { type Row, read, readMany, rows } from '../stores/read.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { firstVersion } from '../stores/versions.ts';
import { write } from '../stores/write.ts';
import { configuration } from './contract.ts';

/**
 * Agent configurations, global. Access: by exact service name and environment, both of which may be absent; all.
 *
 *   configuration  pk apm-agent-configurations   sk sha256 of JSON [name or null, environment or null], hex
 *
 * The key is the uniqueness: one record for each pair, whoever writes at the same time.
 */
const table = 'Documents';
const PARTITION = 'apm-agent-configurations';

export type Service = { name?: string | undefined; environment?: string | undefined };
export type Intake = { agent_name?: string | undefined; service: Service; settings: Record<string, string> };

const row = z.object({ id: z.string(), version: z.number(), document: storedText });

type Configuration = z.infer<typeof configuration>;
type Stored = z.infer<typeof row> & { configuration: Configuration };

/** Most configurations that a list shows. */
const LIST_LIMIT = 200;

/** An empty name or environment counts as absent: the record for all services, or all environments. */
function keyOf({ name, environment }: Service) {
  const pair = JSON.stringify([name || null, environment || null]);
  return key(PARTITION, createHash('sha256').update(pair).digest('hex'));
}

async function open(stored: Row): Promise<Stored> {
  const parsed = row.parse(stored);
  return { ...parsed, configuration: configuration.parse(await unpackJson(table, parsed.document)) };
}

async function find(service: Service): Promise<Stored | undefined> {
  const stored = await read(table, keyOf(service));
  return stored && openRow(table, stored, open);
}

/** The configuration of exactly this service and environment; no more general one stands in. @throws NotFound */
export async function getConfiguration(service: Service): Promise<Configuration & { id: string }> {
  const stored = await find(service);
  if (stored === undefined) throw new NotFound('Not Found');
  return { id: stored.id, ...stored.configuration };
}

/** Up to 200 configurations, in no particular order. */
export async function listConfigurations(): Promise<Configuration[]> {
  const found: Configuration[] = [];
  for await (const stored of rows({ table, pk: PARTITION })) {
    const opened = await openRow(table, stored, open);
    if (opened !== undefined) found.push(opened.configuration);
    if (found.length === LIST_LIMIT) break;
  }
  return found;
}

/** Hash of what a client put, by which an agent says which configuration it runs with. SHA-1, hex. */
export function etagOf({ agent_name, service, settings }: Intake): string {
  const { name, environment } = service;
  return objectHash({
    ...(agent_name !== undefined && { agent_name }),
    service: { ...(name !== undefined && { name }), ...(environment !== undefined && { environment }) },
    settings,
  });
}

/** Creates the configuration of a service; replaces it when told so. @throws BadRequest when it exists */
export async function putConfiguration(
  intake: Intake,
  { overwrite, now }: { overwrite: boolean; now: Date },
): Promise<void> {
  const { agent_name, service, settings } = intake;
  const next: Configuration = {
    ...(agent_name !== undefined && { agent_name }),
    service: {
      ...(service.name && { name: service.name }),
      ...(service.environment && { environment: service.environment }),
    },
    settings,
    '@timestamp': now.getTime(),
    applied_by_agent: false,
    etag: etagOf(intake),
  };
  await untilUndisturbed(async () => {
    const was = await find(service);
    if (was !== undefined && !overwrite) throw alreadyExists(service);
    const { stored, writes } = await packJson(table, next, was?.document);
    const address = keyOf(service);
    if (was === undefined) {
      await write(
        { table, create: { ...address, id: newId(), version: firstVersion(now), document: stored } },
        ...writes,
      );
    } else {
      await write(
        { table, replace: { ...address, id: was.id, version: was.version + 1, document: stored } },
        ...writes,
      );
    }
  });
}

/** Kibana's text, with its one quotation mark that never closes. */
function alreadyExists({ name, environment }: Service): BadRequest {
  return new BadRequest(
    `A configuration already exists for "${name}/${environment}. Use ?overwrite=true to overwrite the existing configuration.`,
  );
}

/** 20 URL-safe characters, as Elasticsearch makes ids. */
function newId(): string {
  return randomBytes(15).toString('base64url');
}

/** Deletes the configuration of exactly this service and environment. @throws NotFound */
export async function deleteConfiguration(service: Service): Promise<void> {
  await untilUndisturbed(async () => {
    const was = await find(service);
    if (was === undefined) throw new NotFound('Not Found');
    const { version, document } = was;
    await write({ table, delete: keyOf(service), version }, ...deletionsOf(table, document));
  });
}

export type Search = { service: Service; etag?: string | undefined; markAsApplied: boolean };

/**
 * The most special configuration that applies to a service: a match of the name counts 2, of the environment 1. When the
 * agent runs with it already, it is marked as applied; the answer still has it as it was. Costs one request, and one more
 * for the mark.
 */
export async function searchConfiguration({ service, etag, markAsApplied }: Search) {
  const { name, environment } = service;
  const candidates = [
    ...(name && environment ? [{ service: { name, environment }, score: 3 }] : []),
    ...(name ? [{ service: { name }, score: 2 }] : []),
    ...(environment ? [{ service: { environment }, score: 1 }] : []),
    { service: {}, score: 0 },
  ];
  const found = await readMany(
    table,
    candidates.map((candidate) => keyOf(candidate.service)),
  );
  for (const [index, { service: matched, score }] of candidates.entries()) {
    const stored = found[index];
    if (stored === undefined) continue;
    const best = await openRow(table, stored, open);
    if (best === undefined) continue;
    const { id, configuration } = best;
    if (!configuration.applied_by_agent && (markAsApplied || etag === configuration.etag)) {
      await markApplied(matched, configuration.etag);
    }
    return { _index: '.apm-agent-configuration', _id: id, _score: score, _source: configuration };
  }
  return undefined;
}

/** Marks the configuration as applied, unless it was replaced meanwhile: the agent does not run with the new one. */
async function markApplied(service: Service, etag: string): Promise<void> {
  await untilUndisturbed(async () => {
    const was = await find(service);
    if (was === undefined || was.configuration.etag !== etag || was.configuration.applied_by_agent) return;
    const { id, version, document } = was;
    const { stored, writes } = await packJson(table, { ...was.configuration, applied_by_agent: true }, document);
    await write({ table, replace: { ...keyOf(service), id, version: version + 1, document: stored } }, ...writes);
  });
}

/** Does a step that reads and writes, again when another write came in between. @throws Conflict */
function untilUndisturbed(step: () => Promise<void>): Promise<void> {
  return retryOnConflict(step, {
    otherwise: (cause) => new Conflict('The configuration is being changed by others', { cause }),
  });
}
