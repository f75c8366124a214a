import type { TestProject } from 'vitest/node';
import { startDynamoDb } from '../../lib/local/dynamodb.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    dynamodbEndpoint: string;
  }
}

/** One local DynamoDB for the whole run, in memory. Each test file has its own tables in it. */
export default async function setup(project: TestProject) {
  const store = await startDynamoDb();
  project.provide('dynamodbEndpoint', store.endpoint);
  return () => store.stop();
}
