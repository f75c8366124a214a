import * as z from 'zod';
import { Conflict, Forbidden, NotFound } from '../../errors/errors.ts';
import { fitsKey, key } from '../../stores/keys.ts';
import { deletionsOf, packJson, storedText, unpackJson } from '../../stores/large-documents.ts';
import { type Row, read, rows } from '../../stores/read.ts';
import { retryOnConflict } from '../../stores/retry-on-conflict.ts';
import { firstVersion } from '../../stores/versions.ts';
import { write } from '../../stores/write.ts';
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
import { normalizeHost } from './hosts.ts';
import { type Actor, bumpPolicies, removeFromPolicies } from './policy-effects.ts';

/**
 * Fleet Server hosts: where agents find Fleet Server. They belong to no space; none exists without being created. Access:
 * by id; all.
 *
 *   host  pk fleet-server-hosts   sk host#<id>   created_at: epoch milliseconds   document: the host as JSON text
 */
const PREFIX = 'host#';
const hosts: Collection = { pk: 'fleet-server-hosts', initial: {} };

const fields = z.object({
  name: z.string(),
  host_urls: z.array(z.string()),
  is_preconfigured: z.boolean(),
  is_internal: z.boolean().optional(),
  proxy_id: z.string().nullable().optional(),
});
const storedRow = z.object({ sk: z.string(), created_at: z.number(), version: z.number(), document: storedText });

/** A Fleet Server host as the API answers it. */
export const fleetServerHost = fields.extend({ id: z.string(), is_default: z.boolean() });
export type FleetServerHost = z.infer<typeof fleetServerHost>;

type Fields = z.infer<typeof fields>;
type Host = Fields & { id: string; createdAt: number; row: z.infer<typeof storedRow> };

function keyOf(id: string) {
  return key(hosts.pk, `${PREFIX}${id}`);
}

async function hostOf(found: Row): Promise<Host> {
  const row = storedRow.parse(found);
  const document = fields.parse(await unpackJson(table, row.document));
  return { ...document, id: row.sk.slice(PREFIX.length), createdAt: row.created_at, row };
}

function view(host: Fields & { id: string }, defaults: Defaults): FleetServerHost {
  const { id, name, host_urls, is_preconfigured, is_internal, proxy_id } = host;
  return {
    id,
    name,
    host_urls,
    is_default: isTarget(defaults, 'host', id),
    is_preconfigured,
    ...(is_internal !== undefined && { is_internal }),
    ...(proxy_id && { proxy_id }),
  };
}

/** All Fleet Server hosts, in the order of their creation. */
export async function listFleetServerHosts(): Promise<FleetServerHost[]> {
  const found: Host[] = [];
  let defaults: Defaults = { targets: hosts.initial, version: undefined };
  for await (const row of rows({ table, pk: hosts.pk })) {
    if (isDefaultsRow(row)) defaults = defaultsOf(hosts, row);
    else found.push(await hostOf(row));
  }
  return found.toSorted((one, other) => one.createdAt - other.createdAt).map((each) => view(each, defaults));
}

/** One Fleet Server host. @throws NotFound */
export async function getFleetServerHost(id: string): Promise<FleetServerHost> {
  const [found, defaults] = await Promise.all([find(id), readDefaults(hosts)]);
  return view(found, defaults);
}

async function find(id: string): Promise<Host> {
  const row = fitsKey(`${PREFIX}${id}`) ? await read(table, keyOf(id)) : undefined;
  if (row === undefined) throw new NotFound(`Fleet server ${id} not found`);
  return hostOf(row);
}

export type NewFleetServerHost = {
  id?: string | undefined;
  name: string;
  host_urls: string[];
  is_default: boolean;
  is_internal?: boolean | undefined;
  proxy_id?: string | null | undefined;
};

/**
 * Creates a Fleet Server host.
 *
 * @throws BadRequest when an address is no URL, Conflict when the id is taken
 */
export async function createFleetServerHost(
  input: NewFleetServerHost,
  actor: Actor & { newId: () => string },
): Promise<FleetServerHost> {
  const { is_default, name, host_urls, is_internal, proxy_id } = input;
  const id = input.id || actor.newId();
  const created: Fields = {
    name,
    host_urls: host_urls.map(normalizeHost),
    is_preconfigured: false,
    ...(is_internal !== undefined && { is_internal }),
    ...(proxy_id !== undefined && { proxy_id }),
  };
  const { stored, writes } = await packJson(table, created);
  const row = { ...keyOf(id), created_at: actor.now.getTime(), version: firstVersion(actor.now), document: stored };
  const step = async () => {
    const was = await readDefaults(hosts);
    const switched = is_default ? [switchDefaults(hosts, was, { host: id })] : [];
    await write({ table, create: row }, ...switched, ...writes);
    return is_default ? { ...was, targets: { host: id } } : was;
  };
  const defaults = await retryOnConflict(step, { when: ({ index }) => index > 0, otherwise: () => conflict(id) });
  if (is_default) await bumpPolicies(actor);
  return view({ ...created, id }, defaults);
}

function conflict(id: string): Conflict {
  return new Conflict(`Saved object [fleet-fleet-server-host/${id}] conflict`);
}

/**
 * Deletes a Fleet Server host; policies that used it fall back to the default.
 *
 * @throws NotFound; Forbidden for the default or a preconfigured one; BadRequest when a hosted policy uses it; Conflict
 * when others kept writing
 */
export async function deleteFleetServerHost(id: string, actor: Actor): Promise<void> {
  const step = async () => {
    const [was, defaults] = await Promise.all([find(id), readDefaults(hosts)]);
    if (was.is_preconfigured) throw new Forbidden(`Cannot delete ${id} preconfigured fleet server host`);
    if (isTarget(defaults, 'host', id)) throw new Forbidden(`Default Fleet Server hosts ${id} cannot be deleted.`);
    await removeFromPolicies(['fleet_server_host_id'], id, actor);
    const { version, document } = was.row;
    await write({ table, delete: keyOf(id), version }, holdDefaults(hosts, defaults), ...deletionsOf(table, document));
  };
  await retryOnConflict(step, { otherwise: () => conflict(id) });
}
