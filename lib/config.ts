import * as z from 'zod';

/**
 * What a stage decides, read once from the environment. Every variable is set in one place: `provider.environment` of
 * serverless.yml, or `lib/local/start.ts` for the local run.
 */
const environment = z.object({
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
  /** File of a worker thread that computes bcrypt, for the local run. */
  BCRYPT_WORKER: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type Config = {
  tablePrefix: string;
  dynamodbEndpoint: string | undefined;
  xsrf: 'documented' | 'strict';
  encryptionKeys: string | undefined;
  encryptionKeysParameter: string | undefined;
  bcryptWorker: string | undefined;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
};

/** Reads the configuration; throws an error that names the variable when one has no usable value. */
export function readConfig(variables: Record<string, string | undefined>): Config {
  const parsed = environment.safeParse(variables);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`Bad configuration in the environment. ${problems.join('; ')}`);
  }
  return {
    tablePrefix: parsed.data.TABLE_PREFIX,
    dynamodbEndpoint: parsed.data.DYNAMODB_ENDPOINT,
    xsrf: parsed.data.XSRF,
    encryptionKeys: parsed.data.ENCRYPTION_KEYS,
    encryptionKeysParameter: parsed.data.ENCRYPTION_KEYS_PARAMETER,
    bcryptWorker: parsed.data.BCRYPT_WORKER,
    logLevel: parsed.data.LOG_LEVEL,
  };
}

let current: Config | undefined;

/** The configuration of this process. */
export function config(): Config {
  current ??= readConfig(process.env);
  return current;
}
