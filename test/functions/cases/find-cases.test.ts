import { beforeAll, describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { alertComment, badRequest, cases, elastic, forbidden, queryOf, shown } from './cases.ts';

const { call, givenCase, givenComment, patch, find } = cases();

const titles = async (query: Record<string, string | string[]>, space = 'default') =>
  (await find(query, { space })).body.cases.map(({ title }: { title: string }) => title);
const byTitle = { sortField: 'title', sortOrder: 'asc' };

describe('GET /api/cases/_find', () => {
  const given: Record<string, { id: string; version: string; created_at: string }> = {};
  beforeAll(async () => {
    const author = await givenUser('author', { kibana: ['feature_generalCasesV3.all'] });
    given.alpha = await givenCase({
      title: 'alpha',
      tags: ['t1', 't2'],
      severity: 'critical',
      category: 'c1',
      assignees: [{ uid: 'u_1' }],
    });
    given.beta = await givenCase({
      title: 'Beta ray',
      tags: ['t2'],
      severity: 'low',
      description: 'Lateral movement, seen twice',
    });
    given.gamma = await givenCase({
      title: 'gamma ray',
      tags: [],
      severity: 'high',
      category: 'c2',
      owner: 'observability',
      assignees: [{ uid: 'u_1' }, { uid: 'u_2' }],
    });
    given.delta = await givenCase({ title: 'delta', tags: ['t3'], severity: 'medium' }, { as: author });
    const set = async (name: string, status: string) => {
      const { id, version } = given[name] ?? { id: '', version: '' };
      expect((await patch({ id, version, status })).status).toBe(200);
    };
    await set('gamma', 'in-progress');
    await set('beta', 'closed');
    await givenComment(given.alpha?.id ?? '', alertComment('a'));
  });

  it('answers the newest cases first, as they are got, with totals by status', async () => {
    const { status, body } = await find();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      page: 1,
      per_page: 20,
      total: 4,
      count_open_cases: 2,
      count_in_progress_cases: 1,
      count_closed_cases: 1,
    });
    expect(body.cases.map(({ title }: { title: string }) => title)).toEqual([
      'delta',
      'gamma ray',
      'Beta ray',
      'alpha',
    ]);
    for (const found of body.cases) expect(found).toEqual((await call(`GET /api/cases/${found.id}`)).body);
    expect(body.cases[3]).toMatchObject({ totalAlerts: 1, comments: [] });
  });

  it.each([
    [{ status: 'open' }, ['alpha', 'delta']],
    [{ status: ['closed', 'in-progress'] }, ['Beta ray', 'gamma ray']],
    [{ severity: 'critical' }, ['alpha']],
    [{ severity: ['low', 'high'] }, ['Beta ray', 'gamma ray']],
    [{ tags: 't2' }, ['Beta ray', 'alpha']],
    [{ tags: ['t1', 't3'] }, ['alpha', 'delta']],
    [{ tags: 't' }, []],
    [{ category: 'c1' }, ['alpha']],
    [{ category: ['c1', 'c2'] }, ['alpha', 'gamma ray']],
    [{ assignees: 'u_1' }, ['alpha', 'gamma ray']],
    [{ assignees: 'none' }, ['Beta ray', 'delta']],
    [{ assignees: ['u_2', 'none'] }, ['Beta ray', 'delta', 'gamma ray']],
    [{ reporters: 'author' }, ['delta']],
    [{ reporters: ['author', 'elastic'] }, ['Beta ray', 'alpha', 'delta', 'gamma ray']],
    [{ owner: 'observability' }, ['gamma ray']],
    [{ owner: ['observability', 'nobody'] }, ['gamma ray']],
    [{ owner: '' }, []],
    [{ from: 'now-1h' }, ['Beta ray', 'alpha', 'delta', 'gamma ray']],
    [{ to: 'now-1h' }, []],
    [{ from: 'now-1h', to: 'now+1h', tags: 't1' }, ['alpha']],
    [{ search: 'ray' }, ['Beta ray', 'gamma ray']],
    [{ search: 'alpha delta' }, ['alpha', 'delta']],
    [{ search: 'beta ray', defaultSearchOperator: 'AND' }, ['Beta ray']],
    [{ search: 'movement' }, ['Beta ray']],
    [{ search: 'movement', searchFields: 'title' }, []],
    [{ search: 'movement', searchFields: ['title', 'description'] }, ['Beta ray']],
    [{ search: '"lateral movement"', searchFields: 'description' }, ['Beta ray']],
    [{ search: 'gam*' }, ['gamma ray']],
    [{ search: '*' }, ['Beta ray', 'alpha', 'delta', 'gamma ray']],
    [{ search: '(((' }, []],
  ])('filters by %j', async (query, expected) => {
    expect(await titles({ ...query, ...byTitle })).toEqual(expected);
    expect((await find(query)).body.total).toBe(expected.length);
  });

  it('finds a case by its id, and a reporter by the id of the profile', async () => {
    expect(await titles({ search: given.gamma?.id ?? '' })).toEqual(['gamma ray']);
    const { body } = await find({ tags: 't1' });
    expect(await titles({ reporters: body.cases[0].created_by.profile_uid, ...byTitle })).toEqual([
      'Beta ray',
      'alpha',
      'gamma ray',
    ]);
    expect(body.cases[0].created_by).toEqual(elastic);
  });

  it('takes both ends of a range of time in', async () => {
    const at = given.beta?.created_at ?? '';
    expect(await titles({ from: at, to: at })).toEqual(['Beta ray']);
  });

  it.each([
    ['title', 'asc', ['Beta ray', 'alpha', 'delta', 'gamma ray']],
    ['title', 'desc', ['gamma ray', 'delta', 'alpha', 'Beta ray']],
    ['createdAt', 'asc', ['alpha', 'Beta ray', 'gamma ray', 'delta']],
    ['severity', 'asc', ['Beta ray', 'delta', 'gamma ray', 'alpha']],
    ['severity', 'desc', ['alpha', 'gamma ray', 'delta', 'Beta ray']],
  ])('sorts by %s %s', async (sortField, sortOrder, expected) => {
    expect(await titles({ sortField, sortOrder })).toEqual(expected);
  });

  it('sorts cases without a value behind the others, in both directions', async () => {
    expect((await titles({ sortField: 'closedAt', sortOrder: 'asc' }))[0]).toBe('Beta ray');
    expect((await titles({ sortField: 'closedAt', sortOrder: 'desc' }))[0]).toBe('Beta ray');
    expect((await titles({ sortField: 'category', sortOrder: 'asc' })).slice(0, 2)).toEqual(['alpha', 'gamma ray']);
    expect((await titles({ sortField: 'category', sortOrder: 'desc' })).slice(0, 2)).toEqual(['gamma ray', 'alpha']);
    expect((await titles({ sortField: 'status', sortOrder: 'asc' })).slice(2)).toEqual(['gamma ray', 'Beta ray']);
    expect((await titles({ sortField: 'updatedAt', sortOrder: 'desc' })).slice(0, 3)).toEqual([
      'alpha',
      'Beta ray',
      'gamma ray',
    ]);
  });

  it('pages', async () => {
    expect(await titles({ ...byTitle, perPage: '3' })).toEqual(['Beta ray', 'alpha', 'delta']);
    expect(await titles({ ...byTitle, perPage: '3', page: '2' })).toEqual(['gamma ray']);
    expect((await find({ perPage: '3', page: '3' })).body).toMatchObject({ page: 3, per_page: 3, total: 4, cases: [] });
    expect((await find({ perPage: '0' })).body).toMatchObject({ total: 4, cases: [] });
  });

  it('counts by status whatever status and search ask for, within the other filters', async () => {
    expect((await find({ status: 'open', search: 'nothing' })).body).toMatchObject({
      total: 0,
      count_open_cases: 2,
      count_in_progress_cases: 1,
      count_closed_cases: 1,
    });
    expect((await find({ tags: 't2', status: 'closed' })).body).toMatchObject({
      total: 1,
      count_open_cases: 1,
      count_in_progress_cases: 0,
      count_closed_cases: 1,
    });
  });

  it('sees cases of its space only', async () => {
    await givenCase({ title: 'elsewhere' }, { space: 'other' });
    expect(await titles({}, 'other')).toEqual(['elsewhere']);
    expect(await titles({}, 'empty')).toEqual([]);
  });

  it('shows the owners that the caller may read, and refuses who may read none', async () => {
    const as = await givenUser('reader', { kibana: ['feature_observabilityCasesV3.read'] });
    const { body } = await find({}, { as });
    expect(body).toMatchObject({
      total: 1,
      count_open_cases: 0,
      count_in_progress_cases: 1,
      cases: [{ title: 'gamma ray' }],
    });
    expect((await find({ owner: 'cases' }, { as })).body.total).toBe(0);
    const none = await givenUser('none', { kibana: ['feature_discover.all'] });
    expect(shown(await find({}, { as: none }))).toEqual(forbidden('Unauthorized to access cases of any owner'));
  });

  it.each([
    [{ foo: '1' }, 'invalid keys "foo"'],
    [{ status: 'x' }, 'Invalid value "x" supplied to "status"'],
    [
      { status: ['open', 'x'] },
      'Invalid value "["open","x"]" supplied to "status",Invalid value "x" supplied to "status"',
    ],
    [{ severity: 'x' }, 'Invalid value "x" supplied to "severity"'],
    [{ sortField: 'created_at' }, 'Invalid value "created_at" supplied to "sortField"'],
    [{ sortOrder: 'up' }, 'Invalid value "up" supplied to "sortOrder"'],
    [{ searchFields: 'tags' }, 'Invalid value "tags" supplied to "searchFields"'],
    [{ defaultSearchOperator: 'or' }, 'Invalid value "or" supplied to "defaultSearchOperator"'],
    [{ perPage: 'abc' }, 'Invalid value "abc" supplied to "perPage",cannot parse to a number'],
    [{ perPage: '101' }, 'The provided perPage value is too high. The maximum allowed perPage value is 100.'],
    [
      { page: '101', perPage: '100' },
      'The number of documents is too high. Paginating through more than 10000 documents is not possible.',
    ],
    [{ page: '0' }, '[from] parameter cannot be negative but was [-20]'],
    [
      { page: 'Infinity' },
      'The number of documents is too high. Paginating through more than 10000 documents is not possible.',
    ],
    [{ perPage: '1e999' }, 'The provided perPage value is too high. The maximum allowed perPage value is 100.'],
    [{ page: '-Infinity' }, '[from] parameter cannot be negative but was [-Infinity]'],
    [{ page: '-Infinity', perPage: '0' }, '[from] parameter cannot be negative but was [NaN]'],
    [{ perPage: '-Infinity' }, '[size] parameter cannot be negative, found [-Infinity]'],
    [{ from: 'yesterday' }, 'Invalid "from" and/or "to" query parameters'],
    [
      { tags: Array(101).fill('x') },
      `The length of the field tags is too long. Array must be of length <= 100.,Invalid value "${JSON.stringify(Array(101).fill('x'))}" supplied to "tags"`,
    ],
  ])('refuses %j', async (query, message) => {
    expect(shown(await call(`GET /api/cases/_find?${queryOf(query)}`))).toEqual(badRequest(message));
  });
});
