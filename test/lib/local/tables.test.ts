import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../lib/local/credentials.ts';
import { type DynamoDb, startDynamoDb } from '../../../lib/local/dynamodb.ts';
import { createTables } from '../../../lib/local/tables.ts';

let store: DynamoDb;
let client: DynamoDBClient;
beforeAll(async () => {
  store = await startDynamoDb({ environment: { PATH: '' } });
  client = new DynamoDBClient({ endpoint: store.endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
});
afterAll(async () => {
  client.destroy();
  await store.stop();
});

const NAMES = ['Assistant', 'Documents', 'Entities', 'Fleet', 'Jobs', 'SavedObjects', 'Security', 'ValueLists'];

it('creates every table of serverless.yml under the prefix', async () => {
  await createTables(client, 'a-');
  const { TableNames } = await client.send(new ListTablesCommand({}));
  expect(TableNames?.toSorted()).toEqual(NAMES.map((name) => `a-${name}`));
});

it('gives them the keys, index, stream and expiry that serverless.yml says, merge keys resolved', async () => {
  await createTables(store.endpoint, 'b-');
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'b-Fleet' }));
  expect(Table?.KeySchema).toEqual([
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ]);
  expect(Table?.LocalSecondaryIndexes).toMatchObject([
    { IndexName: 'enrolled_at', Projection: { ProjectionType: 'ALL' } },
  ]);
  expect(Table?.StreamSpecification?.StreamEnabled ?? false).toBe(false);
  const jobs = await client.send(new DescribeTableCommand({ TableName: 'b-Jobs' }));
  expect(jobs.Table?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' });
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: 'b-Fleet' }));
  expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'ttl', TimeToLiveStatus: 'ENABLED' });
});

it('leaves a table that exists as it is', async () => {
  await createTables(client, 'c-');
  const item = { pk: { S: 'a' }, sk: { S: 'b' } };
  await client.send(new PutItemCommand({ TableName: 'c-Security', Item: item }));
  await createTables(client, 'c-');
  const { Items } = await client.send(new ScanCommand({ TableName: 'c-Security' }));
  expect(Items).toEqual([item]);
});
