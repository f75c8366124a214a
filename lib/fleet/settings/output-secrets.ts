import type { Write } from '../../stores/write.ts';
import type { OutputFields } from './output-record.ts';
import type { OutputChange, SecretInput } from './output-schemas.ts';
import { deleteSecretsOf, storeSecret } from './secrets.ts';

type References = NonNullable<OutputFields['secrets']>;
type Place = 'password' | 'service_token' | 'kibana_api_key' | 'ssl.key';
type Given = Partial<Record<Place, SecretInput>>;

/** The secrets that outputs of a type can have. */
const places: Record<OutputFields['type'], readonly Place[]> = {
  elasticsearch: [],
  remote_elasticsearch: ['service_token', 'kibana_api_key'],
  logstash: ['ssl.key'],
  kafka: ['password', 'ssl.key'],
};

/** `secrets` of a body or of a record, flat. */
export type SecretsInput = {
  password?: SecretInput | undefined;
  service_token?: SecretInput | undefined;
  kibana_api_key?: SecretInput | undefined;
  ssl?: { key?: SecretInput | undefined } | undefined;
};

function flat({ password, service_token, kibana_api_key, ssl }: SecretsInput): Given {
  return {
    ...(password !== undefined && { password }),
    ...(service_token !== undefined && { service_token }),
    ...(kibana_api_key !== undefined && { kibana_api_key }),
    ...(ssl?.key !== undefined && { 'ssl.key': ssl.key }),
  };
}

export type KeptSecrets = {
  /** What the record holds of them. */
  references: References | undefined;
  /** What stores the new ones. */
  writes: Write[];
};

/** Makes references of secrets: new values get an id, references stay unchecked. */
export async function keepSecrets(
  secrets: SecretsInput | undefined,
  owner: string,
  newId: () => string,
): Promise<KeptSecrets> {
  if (secrets === undefined) return { references: undefined, writes: [] };
  const writes: Write[] = [];
  const kept: Partial<Record<Place, { id: string }>> = {};
  for (const place of ['password', 'service_token', 'kibana_api_key', 'ssl.key'] as const) {
    const secret = flat(secrets)[place];
    if (secret === undefined) continue;
    const id = typeof secret === 'string' ? newId() : secret.id;
    if (typeof secret === 'string') writes.push(...(await storeSecret(id, secret, owner)));
    kept[place] = { id };
  }
  const { 'ssl.key': key, ...others } = kept;
  return { references: { ...others, ...(key !== undefined && { ssl: { key } }) }, writes };
}

/**
 * The secrets of an output after a change: those that the body names, else those from before, as far as outputs of its
 * type have them and no plain value takes their place.
 */
export function secretsAfter(
  was: OutputFields,
  change: OutputChange,
  type: OutputFields['type'],
): SecretsInput | undefined {
  const named: SecretsInput | undefined = 'secrets' in change ? change.secrets : undefined;
  const secrets = named ?? was.secrets;
  if (secrets === undefined) return undefined;
  const plain: Record<string, unknown> = { ...change, 'ssl.key': change.ssl?.key };
  const kept: Given = Object.fromEntries(
    Object.entries(flat(secrets)).filter(([place]) => places[type].some((each) => each === place) && !plain[place]),
  );
  const { 'ssl.key': key, ...others } = kept;
  return { ...others, ...(key !== undefined && { ssl: { key } }) };
}

/** The writes that delete what an output no longer refers to. */
export function dropSecrets(owner: string, was: References | undefined, now?: References): Promise<Write[]> {
  const left = idsIn(now);
  return deleteSecretsOf(
    owner,
    idsIn(was).filter((id) => !left.includes(id)),
  );
}

function idsIn(references: References | undefined): string[] {
  return Object.values(flat(references ?? {})).flatMap((secret) => (typeof secret === 'object' ? [secret.id] : []));
}
