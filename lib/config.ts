import { isIP } from 'node:net';
import * as z from 'zod';

/** Names of hosts, separated by commas; `*` stands for the public internet. */
const hosts = z.string().transform((text, { issues }) => {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  const wrong = names.find((name) => isIP(name) === 0 && /[\s/:]/.test(name));
  if (wrong !== undefined) issues.push({ code: 'custom', message: `"${wrong}" is no host name`, input: text });
  return new Set(names.filter((name) => name !== ''));
});

/**
 * What a stage decides, read once from the environment. Every variable is set in one place: `provider.environment` of
 * serverless.yml, or `lib/local/start.ts` for the local run.
 */
const environment = z.object({
  /** The stage's name in logs and metrics. AWS Lambda Powertools read it, too. */
  POWERTOOLS_SERVICE_NAME: z.string().min(1).default('kibana'),
  /** Stands before every table name, so that stages and parallel test runs share an account. */
  TABLE_PREFIX: z.string().default('kibana-'),
  /** Another DynamoDB than AWS's: the local one. */
  DYNAMODB_ENDPOINT: z.url().optional(),
  /** `strict` demands `kbn-xsrf` on every unsafe Kibana operation; `documented` where the API documents demand it. */
  XSRF: z.enum(['documented', 'strict']).default('documented'),
  /** Keys for encrypted attributes as JSON, for the local run: `lib/stores/encryption-keys.ts` knows the form. */
  ENCRYPTION_KEYS: z.string().optional(),
  /** Name of the SSM SecureString that holds them, on AWS. */
  ENCRYPTION_KEYS_PARAMETER: z.string().min(1).optional(),
  /** Hosts that connectors may call. Those that are not on the public internet have to be listed by name. */
  CONNECTORS_ALLOWED_HOSTS: hosts.prefault('*'),
  /** File of a worker thread that computes bcrypt, for the local run. */
  BCRYPT_WORKER: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** `on` adds CloudWatch metrics to the log, in its embedded metric format. */
  METRICS: z.enum(['on', 'off']).default('off'),
});

export type Config = {
  serviceName: string;
  tablePrefix: string;
  dynamodbEndpoint: string | undefined;
  xsrf: 'documented' | 'strict';
  encryptionKeys: string | undefined;
  encryptionKeysParameter: string | undefined;
  connectorsAllowedHosts: ReadonlySet<string>;
  bcryptWorker: string | undefined;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  metrics: boolean;
};

/** Reads the configuration; throws an error that names the variable when one has no usable value. */
export function readConfig(variables: Record<string, string | undefined>): Config {
  const parsed = environment.safeParse(variables);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`Bad configuration in the environment. ${problems.join('; ')}`);
  }
  return {
    serviceName: parsed.data.POWERTOOLS_SERVICE_NAME,
    tablePrefix: parsed.data.TABLE_PREFIX,
    dynamodbEndpoint: parsed.data.DYNAMODB_ENDPOINT,
    xsrf: parsed.data.XSRF,
    encryptionKeys: parsed.data.ENCRYPTION_KEYS,
    encryptionKeysParameter: parsed.data.ENCRYPTION_KEYS_PARAMETER,
    connectorsAllowedHosts: parsed.data.CONNECTORS_ALLOWED_HOSTS,
    bcryptWorker: parsed.data.BCRYPT_WORKER,
    logLevel: parsed.data.LOG_LEVEL,
    metrics: parsed.data.METRICS === 'on',
  };
}

let current: Config | undefined;

/** The configuration of this process. */
export function config(): Config {
  current ??= readConfig(process.env);
  return current;
}

/** Takes other settings from now on, in the form of environment variables. Those that are not named are the process's. */
export function useConfig(variables: Record<string, string | undefined>): void {
  current = readConfig({ ...process.env, ...variables });
}
