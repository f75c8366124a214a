import { relative } from 'node:path';
import { buildLambda, ROOT } from './build.ts';
import { foldRoutesIntoBody } from './openapi-body.ts';
import { type Areas, areaOf, areaRoles, roleId } from './roles.ts';
import type { Resources, ServerlessFunction } from './template.ts';

/** What the plugin uses of the framework. */
type Serverless = {
  service: {
    service: string;
    functions: Record<string, ServerlessFunction>;
    custom: { tablePrefix: string; areas?: Areas } & Record<string, unknown>;
    resources: { Resources: Resources };
    provider: {
      environment: Record<string, unknown>;
      logs?: { lambda?: { logGroup?: string } };
      logRetentionInDays?: number;
      tracing?: { lambda?: unknown };
      compiledCloudFormationTemplate: { Resources: Resources };
    };
  };
  getProvider(name: 'aws'): { getStage(): string };
};

const LOG_GROUP = 'FunctionsLogGroup';
const LOG_RETENTION_DAYS = 30;
const STREAM_READ_INTERVAL_MS = 200;

/**
 * Makes the framework use what `build.ts` builds (`functions/<area>/<name>.handler` in serverless.yml names the source),
 * and shapes the stack: a role per area, one log group, routes in the API's OpenAPI body.
 */
export default class ServerlessPlugin {
  readonly hooks: Record<string, () => void | Promise<void>>;
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
    this.hooks = {
      'before:offline:start:init': () => this.#useLocalRun(),
      'before:package:initialize': () => this.#prepareStack(),
      'before:package:function:package': () => this.#useBundles(),
      'after:aws:package:finalize:mergeCustomProviderResources': () => this.#shapeStack(),
    };
  }

  /** The local build, and the names that `lib/local/start.ts` put into the environment. */
  #useLocalRun(): void {
    const { functions, custom, resources, provider } = this.#serverless.service;
    for (const definition of Object.values(functions)) {
      definition.handler = `.build/local/${definition.handler}`;
      definition.events = withoutTrailingSlashTwins(definition.events);
      // In somebody else's store the workers of that stage do the work; two of them would share its stream.
      if (process.env.WITHOUT_WORKERS !== undefined) {
        definition.events = definition.events.filter(({ stream, schedule }) => !stream && !schedule);
      }
    }
    for (const name of Object.keys(provider.environment)) {
      if (process.env[name] !== undefined) provider.environment[name] = process.env[name];
    }
    const prefix = process.env.TABLE_PREFIX;
    for (const { Type, Properties } of Object.values(resources.Resources)) {
      if (Type !== 'AWS::DynamoDB::Table' || prefix === undefined) continue;
      Properties.TableName = String(Properties.TableName).replace(custom.tablePrefix, prefix);
    }
    custom['serverless-offline-dynamodb-streams'] = {
      endpoint: process.env.DYNAMODB_ENDPOINT,
      accessKeyId: process.env.AWS_ACCESS_KEY_ID,
      secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
      checkpointFile: process.env.STREAMS_CHECKPOINT_FILE,
      readInterval: STREAM_READ_INTERVAL_MS,
    };
  }

  async #useBundles(): Promise<void> {
    const bundles = new Map((await buildLambda()).map((bundle) => [bundle.name, bundle]));
    for (const definition of Object.values(this.#serverless.service.functions)) {
      const name = definition.handler.replace(/^functions\//, '').replace(/\.handler$/, '');
      const bundle = bundles.get(name);
      if (!bundle) throw new Error(`Handler ${definition.handler} has no file functions/${name}.ts`);
      definition.package = { ...definition.package, artifact: relative(ROOT, bundle.zip) };
      definition.handler = 'index.handler';
    }
  }

  async #prepareStack(): Promise<void> {
    const { service } = this.#serverless;
    const resources = service.resources.Resources;
    resources[LOG_GROUP] = {
      Type: 'AWS::Logs::LogGroup',
      Properties: {
        LogGroupName: this.#logGroupName(),
        RetentionInDays: service.provider.logRetentionInDays ?? LOG_RETENTION_DAYS,
      },
    };
    service.provider.logs = {
      ...service.provider.logs,
      lambda: { ...service.provider.logs?.lambda, logGroup: this.#logGroupName() },
    };
    const functions = Object.values(service.functions);
    const keysParameter = String(service.provider.environment.ENCRYPTION_KEYS_PARAMETER);
    const isTraced = service.provider.tracing?.lambda === 'Active';
    const stack = { logGroup: LOG_GROUP, resources, keysParameter, isTraced };
    Object.assign(resources, areaRoles(functions, service.custom.areas ?? {}, stack));
    for (const definition of functions) {
      definition.role = roleId(areaOf(definition.handler));
      // No log group of its own; it writes to the shared one.
      definition.disableLogs = true;
    }
    await this.#useBundles();
  }

  #shapeStack(): void {
    const template = this.#serverless.service.provider.compiledCloudFormationTemplate;
    foldRoutesIntoBody(template.Resources, `${this.#stackName()}-`);
  }

  #logGroupName(): string {
    return `/aws/lambda/${this.#stackName()}`;
  }

  #stackName(): string {
    return `${this.#serverless.service.service}-${this.#serverless.getProvider('aws').getStage()}`;
  }
}

/** serverless-offline takes `/x/` for `/x` and refuses to start when a function declares both. */
function withoutTrailingSlashTwins(events: ServerlessFunction['events']): ServerlessFunction['events'] {
  const routes = new Set(events.map(({ httpApi }) => httpApi));
  return events.filter(
    ({ httpApi }) => typeof httpApi !== 'string' || !httpApi.endsWith('/') || !routes.has(httpApi.replace(/\/$/, '')),
  );
}
