import * as z from 'zod';
import { ElasticsearchError, validationFailed } from '../../lib/errors/errors.ts';
import { elasticsearchEndpoint } from '../../lib/http/elasticsearch-endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { elasticsearch } from '../../lib/http/styles/elasticsearch.ts';
import {
  type ApiKey,
  apiKeysIn,
  apiKeysNamed,
  apiKeysOf,
  findApiKeys,
  invalidateApiKey,
} from '../../lib/security/api-keys.ts';
import { requireClusterAction } from '../../lib/security/cluster-privileges.ts';
import { flag, readFields, text, texts } from '../../lib/validation/elasticsearch-fields.ts';

const body = z.object({
  ids: z.array(z.string()).optional(),
  name: z.string().optional(),
  username: z.string().optional(),
  realm_name: z.string().optional(),
  owner: z.boolean().default(false),
});
type Filter = z.infer<typeof body>;

const INVALIDATE = 'cluster:admin/xpack/security/api_key/invalidate';

/** Invalidates keys by id, name or owner. A key that is invalid once stays so. */
export const handler = elasticsearchEndpoint(
  {
    route: 'DELETE /_security/api_key',
    summary: 'Invalidate API keys',
    request: { body },
    responses: {
      200: z.object({
        invalidated_api_keys: z.array(z.string()),
        previously_invalidated_api_keys: z.array(z.string()),
        error_count: z.number(),
      }),
      403: elasticsearch.schema,
    },
    parse: ({ body }): Filter => {
      const blankIsAbsent = (value: unknown, field: string) => text(value, field).trim() || undefined;
      const fields = readFields(body, 'invalidate api key', {
        ids: (value, field) => (typeof value === 'string' ? [value] : texts(value, field)),
        name: blankIsAbsent,
        username: blankIsAbsent,
        realm_name: blankIsAbsent,
        owner: flag,
      });
      return { ...fields, owner: fields.owner ?? false };
    },
    validate: (filter) => {
      checkIds(filter.ids);
      const problems = problemsOf(filter);
      if (problems.length > 0) throw validationFailed('action_request_validation_exception', problems);
    },
    action: ({ parsed: { ids, username, realm_name, owner }, principal }) => {
      const own =
        principal.apiKey === undefined
          ? owner || (username === principal.username && realm_name === principal.realm.name)
          : ids?.length === 1 && ids[0] === principal.apiKey.id;
      requireClusterAction(principal, INVALIDATE, own ? ['manage_own_api_key'] : []);
    },
  },
  async ({ parsed: filter, principal, now }) => {
    const keys = (await candidates(filter, principal.username)).filter(
      ({ name, username, realm }) =>
        (filter.name === undefined || name === filter.name) &&
        (filter.username === undefined || username === filter.username) &&
        (filter.realm_name === undefined || realm === filter.realm_name) &&
        (!filter.owner || username === principal.username),
    );
    const outcomes = await Promise.all(
      keys.map(async (key) => ({ id: key.id, fresh: await invalidateApiKey(key, now) })),
    );
    const idsOf = (fresh: boolean) => outcomes.filter((outcome) => outcome.fresh === fresh).map(({ id }) => id);
    return ok({ invalidated_api_keys: idsOf(true), previously_invalidated_api_keys: idsOf(false), error_count: 0 });
  },
);

/** The keys that the narrowest look-up finds; the caller's filter decides among them. */
function candidates({ ids, name, username, realm_name, owner }: Filter, caller: string): Promise<ApiKey[]> {
  if (ids !== undefined) return findApiKeys([...new Set(ids)]);
  if (name !== undefined) return apiKeysNamed(name);
  if (username !== undefined) return apiKeysOf(username);
  return owner || realm_name === undefined ? apiKeysOf(caller) : apiKeysIn(realm_name);
}

function checkIds(ids: readonly string[] | undefined): void {
  if (ids === undefined) return;
  const refuse = (reason: string) => new ElasticsearchError(400, 'illegal_argument_exception', reason);
  if (ids.length === 0) throw refuse('Field [ids] cannot be an empty array');
  const blank = [...ids.keys()].filter((index) => ids[index]?.trim() === '');
  if (blank.length === 0) return;
  const where = blank.length === 1 ? `position: [${blank[0]}]` : `positions: [${blank.join(', ')}]`;
  const noun = blank.length === 1 ? 'id' : 'ids';
  throw refuse(`Field [ids] must not contain blank id, but got blank ${noun} at index ${where}`);
}

function problemsOf({ ids, name, username, realm_name, owner }: Filter): string[] {
  const byKey = ids !== undefined || name !== undefined;
  const byOwner = username !== undefined || realm_name !== undefined;
  return [
    ...(!byKey && !byOwner && !owner
      ? ['One of [api key id(s), api key name, username, realm name] must be specified if [owner] flag is false']
      : []),
    ...(byKey && byOwner
      ? ['username or realm name must not be specified when the api key id(s) or api key name are specified']
      : []),
    ...(owner && byOwner ? ['neither username nor realm-name may be specified when invalidating owned API keys'] : []),
    ...(ids !== undefined && name !== undefined ? ['only one of [api key id(s), api key name] can be specified'] : []),
  ];
}
