import { config } from '../config.ts';

/** The tables of the project, one for each of Kibana's persistent stores, and one for jobs; serverless.yml declares them. */
export const tables = [
  'SavedObjects',
  'Security',
  'Fleet',
  'ValueLists',
  'Entities',
  'Assistant',
  'Documents',
  'Jobs',
] as const;
export type Table = (typeof tables)[number];

/** The table's name in this stage. */
export function tableName(table: Table): string {
  return `${config().tablePrefix}${table}`;
}
