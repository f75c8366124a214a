import { expect } from 'vitest';
import { kibana } from '../../support/kibana.ts';
import { shown } from '../detections/detections.ts';

/** A timeline with something in every kind of field. */
export const timeline = {
  columns: [{ columnHeaderType: 'not-filtered', id: '@timestamp' }],
  dataProviders: [
    {
      and: [],
      enabled: true,
      excluded: false,
      id: 'p',
      name: 'p',
      queryMatch: { field: '_id', value: 'x', operator: ':' },
    },
  ],
  dataViewId: 'security-solution-default',
  description: '',
  eqlOptions: { query: 'any where true', size: 100 },
  eventType: 'all',
  filters: [],
  indexNames: ['.logs*'],
  kqlMode: 'filter',
  kqlQuery: { filterQuery: { kuery: { kind: 'kuery', expression: '_id : *' }, serializedQuery: '{}' } },
  title: 'CVE XYZ investigation',
  dateRange: { start: 1587370079200, end: 1587456479201 },
  savedQueryId: null,
  sort: [{ columnId: '@timestamp', sortDirection: 'desc' }],
  savedSearchId: null,
};

/** The API with short cuts for what tests begin with. */
export function timelines() {
  const api = kibana();
  const { call } = api;

  async function succeed(line: string, body: unknown) {
    const answer = await call(line, { body });
    expect(shown(answer), line).toMatchObject({ status: 200 });
    return answer.body;
  }

  const givenTimeline = (fields: Record<string, unknown> = {}, prefix = '') =>
    succeed(`POST ${prefix}/api/timeline`, { timeline: { ...timeline, ...fields } });
  const givenNote = async (note: Record<string, unknown>, prefix = '') =>
    (await succeed(`PATCH ${prefix}/api/note`, { note: { note: 'a note', ...note } })).note;
  const givenPin = (timelineId: string, eventId: string, prefix = '') =>
    succeed(`PATCH ${prefix}/api/pinned_event`, { timelineId, eventId });

  return { ...api, givenTimeline, givenNote, givenPin };
}
