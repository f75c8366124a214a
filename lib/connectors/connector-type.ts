import type * as z from 'zod';
import type { JsonObject } from '../json/merge.ts';
import type { Principal } from '../security/principal.ts';
import type { Outbound } from './http.ts';
import { checkPart, parsePart } from './validation.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** What one run of a connector knows besides its own configuration. */
export type ExecutorContext = {
  connectorId: string;
  principal: Principal;
  now: Date;
  outbound: Outbound;
  log: (level: LogLevel, message: string) => void;
};

export type ErrorSource = 'user' | 'framework';

/** What a run came to. An executor may also throw; then nobody knows whether the other side acted. */
export type ExecutorResult = {
  /** Told in place of the connector's own id. */
  connectorId?: string;
} & (
  | { status: 'ok'; data?: unknown }
  | {
      status: 'error';
      message: string;
      /** What the other side said. */
      serviceMessage?: string | undefined;
      /** Whether, or from when on, another try may succeed. */
      retry?: boolean | Date;
      errorSource?: ErrorSource;
    }
);

/** An exception of an executor that knows who has to act on it. */
export class ExecutorFailure extends Error {
  override readonly name = 'ExecutorFailure';
  readonly errorSource: ErrorSource;

  constructor(message: string, errorSource: ErrorSource, cause?: unknown) {
    super(message, { cause });
    this.errorSource = errorSource;
  }
}

export type License = 'basic' | 'gold' | 'platinum' | 'enterprise';
/** Features whose users are offered a connector type. */
export type FeatureId = 'alerting' | 'cases' | 'siem' | 'uptime';

/** A kind of connector, as the rest of the area sees it. */
export type ConnectorType = {
  id: string;
  name: string;
  minimumLicense: License;
  supportedFeatureIds: readonly FeatureId[];
  isDeprecated: (config: JsonObject) => boolean;
  /** Config and secrets as they are stored, with defaults. @throws InvalidConnector */
  validate: (config: unknown, secrets: unknown) => { config: JsonObject; secrets: JsonObject };
  /** Judges params, then config, then secrets; gives the run. @throws InvalidConnector */
  prepare: (input: {
    params: unknown;
    config: unknown;
    secrets: unknown;
  }) => (context: ExecutorContext) => Promise<ExecutorResult>;
};

type Definition<Config, Secrets, Params> = {
  id: string;
  name: string;
  minimumLicense: License;
  supportedFeatureIds: readonly FeatureId[];
  isDeprecated?: (config: JsonObject) => boolean;
  config: z.ZodType<Config>;
  secrets: z.ZodType<Secrets>;
  params: z.ZodType<Params>;
  /** Rules beyond the schemas; each throws an error that says what is wrong. */
  checkConfig?: (config: Config) => void;
  checkSecrets?: (secrets: Secrets) => void;
  checkConnector?: (config: Config, secrets: Secrets) => void;
  checkParams?: (params: Params) => void;
  execute: (
    input: { config: Config; secrets: Secrets; params: Params },
    context: ExecutorContext,
  ) => Promise<ExecutorResult>;
};

/** Makes a connector type of its schemas, rules and executor. */
export function defineConnectorType<Config extends JsonObject, Secrets extends JsonObject, Params>(
  definition: Definition<Config, Secrets, Params>,
): ConnectorType {
  const { id, name, minimumLicense, supportedFeatureIds, isDeprecated = () => false } = definition;
  const validate = (rawConfig: unknown, rawSecrets: unknown) => {
    const config = parsePart('config', definition.config, rawConfig);
    checkPart('config', () => definition.checkConfig?.(config));
    const secrets = parsePart('secrets', definition.secrets, rawSecrets);
    checkPart('secrets', () => definition.checkSecrets?.(secrets));
    checkPart('connector', () => definition.checkConnector?.(config, secrets));
    return { config, secrets };
  };
  return {
    id,
    name,
    minimumLicense,
    supportedFeatureIds,
    isDeprecated,
    validate,
    prepare: (input) => {
      const params = parsePart('params', definition.params, input.params);
      checkPart('params', () => definition.checkParams?.(params));
      const { config, secrets } = validate(input.config, input.secrets);
      return (context) => definition.execute({ config, secrets, params }, context);
    },
  };
}
