import {
  CreateTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from './credentials.ts';
import { readServerlessYml, type Table } from './serverless-yml.ts';

/** Stands in serverless.yml where a stage puts its own prefix. */
const PREFIX_VARIABLE = '${self:custom.tablePrefix}';

/**
 * Creates the tables of serverless.yml in a local DynamoDB, `prefix` before each name. Tables that exist are left alone.
 * Takes a client or the endpoint of the store.
 */
export async function createTables(
  store: DynamoDBClient | string,
  prefix: string,
  tables: readonly Table[] = readServerlessYml().tables,
): Promise<void> {
  const client = typeof store === 'string' ? localClient(store) : store;
  try {
    await Promise.all(tables.map((table) => createTable(client, table, prefix)));
  } finally {
    if (client !== store) client.destroy();
  }
}

function localClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
}

async function createTable(client: DynamoDBClient, table: Table, prefix: string): Promise<void> {
  const { TimeToLiveSpecification: timeToLive, StreamSpecification: stream, ...rest } = table;
  const TableName = rest.TableName.replace(PREFIX_VARIABLE, prefix);
  try {
    await client.send(
      new CreateTableCommand({
        ...rest,
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        ...(stream && { StreamSpecification: { ...stream, StreamEnabled: true } }),
      }),
    );
  } catch (error) {
    if (error instanceof ResourceInUseException) return;
    throw error;
  }
  if (timeToLive) {
    const TimeToLiveSpecification = { ...timeToLive, Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  }
}
