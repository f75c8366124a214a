import { BadRequest } from '../errors/errors.ts';
import { apiKeyProblems } from '../security/api-key-rules.ts';
import { createApiKey, findApiKeys, invalidateApiKey } from '../security/api-keys.ts';
import { type RoleDescriptor, roleDescriptor } from '../security/role-descriptor.ts';

/** API keys that Fleet makes for agents. They prove who calls and allow nothing else. */
const powerless: RoleDescriptor = roleDescriptor.parse({
  applications: [{ application: 'fleet', privileges: ['no-privileges'], resources: ['*'] }],
});

const owners = {
  enroll: { username: 'kibana_system', realm: 'reserved', realm_type: 'reserved' },
  access: { username: 'elastic/fleet-server', realm: '_service_account', realm_type: '_service_account' },
};

export type ServiceKey = { id: string; secret: string };

/**
 * Creates a key that never expires.
 *
 * @throws BadRequest when the name is none that a key can have
 */
export async function createServiceKey(
  kind: keyof typeof owners,
  name: string,
  metadata: Record<string, unknown>,
  now: Date,
): Promise<ServiceKey> {
  const problems = apiKeyProblems(name, {}, {});
  if (problems.length > 0) throw new BadRequest(`Impossible to create an api key: ${quoted(problems)}`);
  const role = { [`fleet-apikey-${kind}`]: powerless };
  return createApiKey({
    name,
    owner: { ...owners[kind], full_name: null, email: null },
    role_descriptors: role,
    limited_by: role,
    metadata: { managed_by: 'fleet', managed: true, type: kind, ...metadata },
    creation: now.getTime(),
    expiration: undefined,
  });
}

/** Elasticsearch's refusal as its client quotes it. */
function quoted(problems: readonly string[]): string {
  const type = 'action_request_validation_exception';
  const reason = `Validation Failed: ${problems.map((problem, index) => `${index + 1}: ${problem};`).join('')}`;
  return `${type}\n\tRoot causes:\n\t\t${type}: ${reason}`;
}

/** What a client sends after `ApiKey`. */
export function encodedKey({ id, secret }: ServiceKey): string {
  return Buffer.from(`${id}:${secret}`).toString('base64');
}

/** Invalidates keys; those that are not there, or invalid already, stay as they are. Safe to repeat. */
export async function revokeKeys(ids: readonly string[], now: Date): Promise<void> {
  for (const apiKey of await findApiKeys(ids)) await invalidateApiKey(apiKey, now);
}
