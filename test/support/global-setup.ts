import type { TestProject } from 'vitest/node';
import { startDynamoDb } from '../../lib/local/dynamodb.ts';
import { readServerlessYml, type ServerlessYml } from '../../lib/local/serverless-yml.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    dynamodbEndpoint: string;
    serverlessYml: ServerlessYml;
  }
}

/** One local DynamoDB for the whole run, in memory. Each test file has its own tables in it. */
export default async function setup(project: TestProject) {
  const store = await startDynamoDb();
  project.provide('dynamodbEndpoint', store.endpoint);
  project.provide('serverlessYml', readServerlessYml());
  return () => store.stop();
}
