import { inject } from 'vitest';
import { config } from '../../lib/config.ts';
import { createTables } from '../../lib/local/tables.ts';

/** The tables and functions of serverless.yml, read once for the whole run: parsing it takes 100 ms. */
export const { tables, functions } = inject('serverlessYml');

/** Creates the tables of this test file, under its own prefix. */
export async function createOwnTables(): Promise<void> {
  const { dynamodbEndpoint, tablePrefix } = config();
  await createTables(dynamodbEndpoint ?? '', tablePrefix, tables);
}
