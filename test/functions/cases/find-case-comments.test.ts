import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { alertComment, badRequest, cases, forbidden, shown, userComment } from './cases.ts';

const { call, givenCase, givenComment } = cases();
const find = (id: string, query = '', as = 'elastic') => call(`GET /api/cases/${id}/comments/_find${query}`, { as });
const empty = { status: 200, body: { comments: [], page: 1, per_page: 20, total: 0 } };

describe('GET /api/cases/{caseId}/comments/_find', () => {
  it('pages through comments by time', async () => {
    const { id } = await givenCase();
    const given = [];
    for (const text of ['1', '2', '3', '4', '5']) given.push(await givenComment(id, userComment(text)));
    const all = (await find(id)).body;
    expect(all).toEqual({ comments: given, page: 1, per_page: 20, total: 5 });
    const texts = async (query: string) =>
      (await find(id, query)).body.comments.map(({ comment }: { comment: string }) => comment);
    expect(await texts('?page=2&perPage=2')).toEqual(['3', '4']);
    expect(await texts('?page=1&perPage=2&sortOrder=desc')).toEqual(['5', '4']);
    expect(await texts('?page=9&perPage=2')).toEqual([]);
    expect(await texts('?perPage=0')).toEqual([]);
  });

  it('finds alerts, too', async () => {
    const { id } = await givenCase();
    const alert = await givenComment(id, alertComment('a'));
    expect((await find(id)).body.comments).toEqual([alert]);
  });

  it('finds nothing in a case that is not there, or not in this space', async () => {
    expect(shown(await find('unknown'))).toEqual(empty);
    const { id } = await givenCase({}, { space: 'a' });
    await givenComment(id, userComment(), { space: 'a' });
    expect(shown(await find(id))).toEqual(empty);
  });

  it.each([
    ['?foo=1', 'invalid keys "foo"'],
    ['?sortOrder=x', 'Invalid value "x" supplied to "sortOrder"'],
    ['?perPage=101', 'The provided perPage value is too high. The maximum allowed perPage value is 100.'],
    [
      '?page=209&perPage=100',
      'The number of documents is too high. Paginating through more than 10000 documents is not possible.',
    ],
    ['?page=abc', 'Invalid value "abc" supplied to "page",cannot parse to a number'],
    ['?page=0', '[from] parameter cannot be negative but was [-20]'],
    ['?perPage=-1', '[size] parameter cannot be negative, found [-1]'],
    [
      '?page=Infinity',
      'The number of documents is too high. Paginating through more than 10000 documents is not possible.',
    ],
    ['?page=-Infinity', '[from] parameter cannot be negative but was [-Infinity]'],
  ])('refuses %s', async (query, message) => {
    expect(shown(await find('any', query))).toEqual(badRequest(message));
  });

  it('shows nothing of owners that the caller may not read, and refuses who may read none', async () => {
    const { id } = await givenCase();
    await givenComment(id);
    const other = await givenUser('other', { kibana: ['feature_observabilityCasesV3.all'] });
    expect(shown(await find(id, '', other))).toEqual(empty);
    const none = await givenUser('none', { kibana: ['feature_discover.all'] });
    expect(shown(await find(id, '', none))).toEqual(forbidden('Unauthorized to access comments of any owner'));
  });
});
