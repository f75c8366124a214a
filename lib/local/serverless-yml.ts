import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

const attribute = z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) });
const key = z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) });
const index = z.object({
  IndexName: z.string(),
  KeySchema: z.array(key),
  Projection: z.object({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});

/** What a local emulator takes of a table. Encryption, backups and warm throughput are AWS's business. */
const table = z.object({
  TableName: z.string(),
  AttributeDefinitions: z.array(attribute),
  KeySchema: z.array(key),
  LocalSecondaryIndexes: z.array(index).optional(),
  GlobalSecondaryIndexes: z.array(index).optional(),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']) })
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string() }).optional(),
});

const event = z.object({
  httpApi: z.union([z.string(), z.object({ method: z.string(), path: z.string() })]).optional(),
});

const serverlessYml = z.object({
  functions: z.record(z.string(), z.object({ handler: z.string(), events: z.array(event).default([]) })),
  resources: z.object({ Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() })) }),
});

export type Table = z.infer<typeof table>;

/** What the local run needs to know of serverless.yml. Names of tables still hold `${self:custom.tablePrefix}`. */
export type ServerlessYml = {
  tables: Table[];
  functions: { key: string; handler: string; routes: string[] }[];
};

const PROJECT = join(import.meta.dirname, '../..');

/** Reads the project's serverless.yml; throws when it has no functions or no resources. */
export function readServerlessYml(root: string = PROJECT): ServerlessYml {
  const text = readFileSync(join(root, 'serverless.yml'), 'utf8');
  // CloudFormation's tags (`!GetAtt`, …) are unknown to the parser and of no interest here.
  const { functions, resources } = serverlessYml.parse(parse(text, { merge: true, logLevel: 'silent' }));
  return {
    tables: Object.values(resources.Resources)
      .filter(({ Type }) => Type === 'AWS::DynamoDB::Table')
      .map(({ Properties }) => table.parse(Properties)),
    functions: Object.entries(functions).map(([key, { handler, events }]) => ({
      key,
      handler,
      routes: events.flatMap(({ httpApi }) => {
        if (httpApi === undefined) return [];
        return typeof httpApi === 'string' ? [httpApi] : [`${httpApi.method.toUpperCase()} ${httpApi.path}`];
      }),
    })),
  };
}
