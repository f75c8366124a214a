import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { alertComment, badRequest, cases, forbidden, shown, userComment } from './cases.ts';

const { call, givenCase, givenComment, deleteComment, patch } = cases();
const find = (id: string, query = '', as = 'elastic') =>
  call(`GET /api/cases/${id}/user_actions/_find${query}`, { as });

async function givenHistory() {
  const { id, version } = await givenCase();
  await patch({ id, version, title: 'New' });
  const comment = await givenComment(id, userComment());
  await givenComment(id, alertComment('a'));
  await givenComment(id, {
    type: 'persistableState',
    persistableStateAttachmentTypeId: '.lens',
    persistableStateAttachmentState: {},
    owner: 'cases',
  });
  await deleteComment(id, comment.id);
  return id;
}

const kinds = async (id: string, query: string) =>
  (await find(id, query)).body.userActions.map(
    ({ type, action, payload }: { type: string; action: string; payload: { comment: { type: string } } }) =>
      [type, action, ...(type === 'comment' ? [payload.comment.type] : [])].join(' '),
  );

const everything = [
  'create_case create',
  'title update',
  'comment create user',
  'comment create alert',
  'comment create persistableState',
  'comment delete user',
];

describe('GET /api/cases/{caseId}/user_actions/_find', () => {
  it('pages through the history by time', async () => {
    const id = await givenHistory();
    expect(await kinds(id, '')).toEqual(everything);
    expect((await find(id)).body).toMatchObject({ page: 1, perPage: 20, total: 6 });
    expect(await kinds(id, '?sortOrder=desc')).toEqual([...everything].reverse());
    expect(await kinds(id, '?page=2&perPage=4')).toEqual(everything.slice(4));
    expect((await find(id, '?page=2&perPage=4')).body).toMatchObject({ page: 2, perPage: 4, total: 6 });
  });

  it.each([
    ['?types=title', ['title update']],
    ['?types=title&types=create_case', ['create_case create', 'title update']],
    ['?types=comment', everything.slice(2)],
    ['?types=user', ['comment create user']],
    ['?types=alert', ['comment create alert']],
    ['?types=attachment', ['comment create persistableState']],
    ['?types=action', [...everything.slice(0, 2), ...everything.slice(3, 5)]],
    ['?types=pushed', []],
  ])('filters by %s', async (query, expected) => {
    const id = await givenHistory();
    expect(await kinds(id, query)).toEqual(expected);
    expect((await find(id, query)).body.total).toBe(expected.length);
  });

  it('finds nothing for a case that is not there', async () => {
    expect(shown(await find('unknown'))).toEqual({
      status: 200,
      body: { userActions: [], page: 1, perPage: 20, total: 0 },
    });
  });

  it.each([
    ['?foo=1', 'invalid keys "foo"'],
    ['?types=foo', 'Invalid value "foo" supplied to "types"'],
    ['?perPage=101', 'The provided perPage value is too high. The maximum allowed perPage value is 100.'],
    [
      '?page=Infinity',
      'The number of documents is too high. Paginating through more than 10000 documents is not possible.',
    ],
    ['?page=-Infinity', '[from] parameter cannot be negative but was [-Infinity]'],
    ['?sortOrder=up', 'Invalid value "up" supplied to "sortOrder"'],
  ])('refuses %s', async (query, message) => {
    expect(shown(await find('any', query))).toEqual(badRequest(message));
  });

  it('shows nothing of other owners, and refuses who may read none', async () => {
    const id = await givenHistory();
    const other = await givenUser('other', { kibana: ['feature_observabilityCasesV3.read'] });
    expect((await find(id, '', other)).body).toMatchObject({ total: 0 });
    const none = await givenUser('none', { kibana: ['feature_discover.all'] });
    expect(shown(await find(id, '', none))).toEqual(forbidden('Unauthorized to access user actions of any owner'));
  });
});
