import { beforeAll, describe, expect, it, vi } from 'vitest';
import { badRequest, checksCallers, ENTITIES, entityAnalytics, shown } from './entity-analytics.ts';

const api = entityAnalytics();
const { call, givenEntity, update } = api;
const SPACE = 'listed';
const list = (query: Record<string, string | number> = {}, space = SPACE) => {
  const pairs = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  return call(`GET /s/${space}${ENTITIES}?${new URLSearchParams(pairs)}`);
};
type Document = { entity: { id: string } };
const ids = (documents: Document[]) => documents.map(({ entity: { id } }) => id);

checksCallers(api, `GET ${ENTITIES}`, { privileges: 'securitySolution' });

beforeAll(async () => {
  const entities: [string, object][] = [
    ['host', { host: { name: 'web-1', ip: ['10.0.0.1'] }, asset: { criticality: 'high_impact' } }],
    [
      'user',
      { entity: { id: 'user:jo', risk: { calculated_score: 47.5 } }, user: { name: 'jo', roles: ['admin', 'dev'] } },
    ],
    ['service', { service: { name: 'api' }, entity: { attributes: { managed: true } } }],
    ['generic', { entity: { id: 'bucket', type: 'Storage' }, labels: { env: 'prod' } }],
  ];
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const [type, body] of entities) {
    await givenEntity(type, body, SPACE);
    vi.advanceTimersByTime(1);
  }
  vi.useRealTimers();
});

describe('by cursor', () => {
  it('gives all entities of the space, the newest first', async () => {
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['entities']);
    expect(ids(body.entities)).toEqual(['bucket', 'service:api', 'user:jo', 'host:web-1']);
    expect((await list({}, 'nothing')).body).toEqual({ entities: [] });
  });

  it('leads from page to page, each entity once', async () => {
    const found: string[] = [];
    let searchAfter: string | undefined;
    do {
      const { body } = await list({ size: 1, ...(searchAfter !== undefined && { searchAfter }) });
      found.push(...ids(body.entities));
      searchAfter = body.nextSearchAfter && JSON.stringify(body.nextSearchAfter);
    } while (searchAfter !== undefined);
    expect(found).toEqual(['bucket', 'service:api', 'user:jo', 'host:web-1']);
  });

  it.each([
    ['entity.id:"host:web-1"', ['host:web-1']],
    ['host.name:web* or user.roles:dev', ['user:jo', 'host:web-1']],
    ['entity.risk.calculated_score > 40', ['user:jo']],
    ['entity.attributes.managed:true', ['service:api']],
    ['labels.env:prod', ['bucket']],
    ['asset.criticality:*', ['host:web-1']],
    ['@timestamp < now-1d', []],
    ['nothing:here', []],
    ['', ['bucket', 'service:api', 'user:jo', 'host:web-1']],
  ])('finds by %s', async (filter, expected) => {
    expect(ids((await list({ filter })).body.entities)).toEqual(expected);
  });

  it('finds what an update has changed', async () => {
    await givenEntity('generic', { entity: { id: 'patched' } }, 'patches');
    await update('generic', { entity: { id: 'patched', attributes: { watchlists: ['vip'] } } }, { space: 'patches' });
    expect(ids((await list({ filter: 'entity.attributes.watchlists:vip' }, 'patches')).body.entities)).toEqual([
      'patched',
    ]);
  });

  it('gives parts of documents', async () => {
    const filter = 'host.name:web-1';
    const { body } = await list({ filter, source: 'host,entity.i*', fields: 'host.ip,entity.name' });
    expect(body).toEqual({
      entities: [{ entity: { id: 'host:web-1' }, host: { name: 'web-1', ip: ['10.0.0.1'] } }],
      fields: [{ 'host.ip': ['10.0.0.1'], 'entity.name': ['host:web-1'] }],
    });
    expect((await list({ filter, source: 'none' })).body).toEqual({ entities: [{}] });
  });

  it.each(['{', '5', '["a","b"]', '[1]', '{"__proto__":1}'])('refuses the cursor %s', async (searchAfter) => {
    expect(shown(await list({ searchAfter }))).toEqual(
      badRequest('Bad request: Invalid searchAfter: must be a valid JSON-encoded value'),
    );
  });

  it.each([
    ['invalid :: query', 'Expected "(", "{", value, whitespace but ":" found.\ninvalid :: query\n---------^'],
    ['entity.id:null', '[match] requires query value'],
  ])('refuses the filter %s', async (filter, message) => {
    expect(shown(await list({ filter }))).toEqual(badRequest(`Invalid filter: ${message}`));
  });
});

describe('by page', () => {
  it('gives a page under both of its names', async () => {
    const { body } = await list({ page: 1, per_page: 3 });
    expect(Object.keys(body)).toEqual(['records', 'entities', 'total', 'page', 'per_page']);
    expect(body).toMatchObject({ total: 4, page: 1, per_page: 3 });
    expect(ids(body.records)).toEqual(['bucket', 'service:api', 'user:jo']);
    expect(body.entities).toEqual(body.records);
    expect(ids((await list({ page: 2, per_page: 3 })).body.records)).toEqual(['host:web-1']);
  });

  it.each<[Record<string, string>, string[]]>([
    [{ entity_types: 'host' }, ['host:web-1']],
    [{ entity_types: 'host,user', sort_order: 'asc' }, ['host:web-1', 'user:jo']],
    [{ sort_field: 'entity.id', sort_order: 'asc' }, ['bucket', 'host:web-1', 'service:api', 'user:jo']],
    [{ sort_field: 'entity.risk.calculated_score' }, ['user:jo', 'bucket', 'service:api', 'host:web-1']],
    [{ filterQuery: '{"term":{"entity.id":"bucket"}}' }, ['bucket']],
    [
      { filterQuery: '{"bool":{"must_not":{"terms":{"entity.id":["bucket","user:jo"]}}}}' },
      ['service:api', 'host:web-1'],
    ],
    [
      { filterQuery: '{"bool":{"should":[{"prefix":{"entity.id":"host"}},{"match":{"user.name":{"query":"jo"}}}]}}' },
      ['user:jo', 'host:web-1'],
    ],
    [
      {
        filterQuery:
          '{"bool":{"filter":[{"exists":{"field":"labels.env"}},{"match_all":{}}],"should":{"term":{"a":1}}}}',
      },
      ['bucket'],
    ],
    [{ filterQuery: '{"range":{"entity.risk.calculated_score":{"gte":47.5,"lt":48}}}' }, ['user:jo']],
    [{ filterQuery: '{"wildcard":{"host.name":{"value":"w*1"}}}' }, ['host:web-1']],
    [{ filterQuery: '{"terms":{"entity.id":[]}}' }, []],
  ])('finds by %j', async (query, expected) => {
    expect(ids((await list(query)).body.records)).toEqual(expected);
  });

  it.each([
    ['{', /^Invalid filterQuery: /],
    ['[]', /^Invalid filterQuery: \[a query\] is malformed$/],
    ['{"fuzzy":{"a":"b"}}', /^Invalid filterQuery: unknown query \[fuzzy\]$/],
    ['{"term":{"a":{"b":1}}}', /^Invalid filterQuery: \[value\] is malformed$/],
    ['{"term":{},"match_all":{}}', /exactly one key/],
    [`${'{"bool":{"must":'.repeat(30)}{"match_all":{}}${'}}'.repeat(30)}`, /nested deeper than 20 levels$/],
  ])('refuses the query %s', async (filterQuery, message) => {
    const { status, body } = await list({ filterQuery });
    expect([status, body.message]).toEqual([400, expect.stringMatching(message)]);
  });

  it('does not go beyond the result window', async () => {
    expect((await list({ page: 3, per_page: 5_000 })).status).toBe(400);
  });
});

it.each([
  [{ page: 1, searchAfter: '[1,"a"]' }, 'Cannot combine page/per_page with searchAfter'],
  [{ per_page: 1, size: 1 }, 'Cannot combine page/per_page with size; use per_page for page mode'],
  [
    { filter: 'a:b', sort_order: 'asc' },
    'Cannot combine KQL `filter` with page search parameters (entity_types, filterQuery, page, per_page, sort_field, sort_order)',
  ],
  [{ size: 0 }, 'size: Too small: expected number to be >=1'],
  [{ size: 10_001 }, 'size: Too big: expected number to be <=10000'],
  [{ page: 'x' }, 'page: Invalid input: expected number, received NaN'],
  [{ sort_order: 'up' }, 'sort_order: Invalid option: expected one of "asc"|"desc"'],
  [{ entity_types: 'host,foo' }, 'entity_types.1: Invalid option: expected one of "user"|"host"|"service"|"generic"'],
])('refuses the query %j', async (query, message) => {
  expect(shown(await list(query as Record<string, string>))).toEqual(badRequest(`[request query]: ${message}`));
});
