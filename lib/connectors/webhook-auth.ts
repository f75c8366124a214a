import * as z from 'zod';
import { isObject } from '../json/merge.ts';
import * as schema from '../validation/config-schema.ts';
import type { Outbound, Tls } from './http.ts';
import { basicAuth } from './json-service.ts';
import { accessToken } from './oauth.ts';
import { nullable } from './validation.ts';

const BASIC = 'webhook-authentication-basic';
const SSL = 'webhook-authentication-ssl';
const OAUTH = 'webhook-oauth2-client-credentials';

/** Configuration of how to log in, for connectors whose target the user describes. */
export const authConfig = {
  headers: nullable(schema.record(z.string(), z.string())),
  hasAuth: schema.boolean().default(true),
  authType: z.union([z.literal(BASIC), z.literal(SSL), z.literal(OAUTH), z.literal(null)]).optional(),
  certType: z.enum(['ssl-crt-key', 'ssl-pfx']).optional(),
  ca: z.string().optional(),
  verificationMode: z.enum(['none', 'certificate', 'full']).optional(),
  accessTokenUrl: z.string().optional(),
  clientId: z.string().optional(),
  scope: z.string().optional(),
  additionalFields: z.union([z.string(), z.literal(null)]).optional(),
};
const configObject = schema.object(authConfig);
export type AuthConfig = z.output<typeof configObject>;

const INVALID_SECRETS =
  'must specify one of the following schemas: user and password; crt and key (with optional password); pfx (with optional password); or OAuth2 client secret';

export const authSecrets = schema
  .object({
    user: nullable(z.string()),
    password: nullable(z.string()),
    crt: nullable(z.string()),
    key: nullable(z.string()),
    pfx: nullable(z.string()),
    clientSecret: nullable(z.string()),
  })
  .refine(
    ({ user, password, crt, key, pfx, clientSecret }) => {
      const given = [user, crt, key, pfx, clientSecret].filter(Boolean).length;
      if (given === 0) return !password;
      if (user) return given === 1 && Boolean(password);
      if (crt || key) return given === 2 && Boolean(crt && key);
      return given === 1;
    },
    { error: INVALID_SECRETS },
  );
export type AuthSecrets = z.output<typeof authSecrets>;

export function usesOAuth({ hasAuth, authType }: AuthConfig): boolean {
  return hasAuth && authType === OAUTH;
}

/** @throws Error about a way to log in that contradicts itself or lacks something */
export function checkAuth({ authType, hasAuth, accessTokenUrl, clientId, additionalFields }: AuthConfig): void {
  if (authType && !hasAuth) throw new Error('authType must be null or undefined if hasAuth is false');
  if (additionalFields) additionalFieldsOf(additionalFields);
  if (authType !== OAUTH) return;
  const missing = [
    ...(accessTokenUrl ? [] : ['Access Token URL (accessTokenUrl)']),
    ...(clientId ? [] : ['Client ID (clientId)']),
  ];
  if (missing.length > 0) throw new Error(`missing ${missing.join(', ')} fields`);
}

function additionalFieldsOf(text: string): Record<string, string> {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    fields = undefined;
  }
  if (!isObject(fields) || Object.keys(fields).length === 0) {
    throw new Error('additionalFields must be a non-empty JSON object.');
  }
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
}

/** The headers and the TLS settings by which a connector logs in. Gets a token first where it has to. */
export async function authenticated(
  config: AuthConfig,
  secrets: AuthSecrets,
  outbound: Outbound,
): Promise<{ headers: Record<string, string>; tls?: Tls }> {
  const tls = tlsOf(config, secrets);
  return {
    headers: { ...config.headers, ...(await authorization(config, secrets, outbound)) },
    ...(Object.keys(tls).length > 0 && { tls }),
  };
}

async function authorization(
  config: AuthConfig,
  { user, password, clientSecret }: AuthSecrets,
  outbound: Outbound,
): Promise<Record<string, string>> {
  if (!config.hasAuth) return {};
  if (usesOAuth(config)) {
    const form = {
      grant_type: 'client_credentials',
      client_id: config.clientId ?? '',
      client_secret: clientSecret ?? '',
      ...(config.scope && { scope: config.scope }),
      ...(config.additionalFields && additionalFieldsOf(config.additionalFields)),
    };
    return { authorization: await accessToken(config.accessTokenUrl ?? '', form, outbound) };
  }
  const basic = config.authType === BASIC || !config.authType;
  return basic && user !== null && password !== null ? { authorization: basicAuth(user, password) } : {};
}

/** Certificates are stored as the base64 of their files. */
function tlsOf({ hasAuth, authType, ca, verificationMode }: AuthConfig, secrets: AuthSecrets): Tls {
  const { crt, key, pfx, password } = secrets;
  const file = (text: string) => Buffer.from(text, 'base64');
  const withCertificate = hasAuth && authType === SSL;
  return {
    ...(ca && { ca: file(ca) }),
    ...(withCertificate && crt !== null && { cert: file(crt) }),
    ...(withCertificate && key !== null && { key: file(key) }),
    ...(withCertificate && pfx !== null && { pfx: file(pfx) }),
    ...(withCertificate && password !== null && { passphrase: password }),
    ...(verificationMode === 'none' && { rejectUnauthorized: false }),
    ...(verificationMode === 'certificate' && { checkServerIdentity: () => undefined }),
  };
}
