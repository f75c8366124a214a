import { config } from '../config.ts';

/** The tables of the project, one for each of Kibana's persistent stores; serverless.yml declares them. */
export type Table = 'SavedObjects' | 'Security' | 'Fleet' | 'ValueLists' | 'Entities' | 'Assistant' | 'Documents';

/** The table's name in this stage. */
export function tableName(table: Table): string {
  return `${config().tablePrefix}${table}`;
}
