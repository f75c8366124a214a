import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { alertComment, cases, forbidden, notFound, shown, userComment } from './cases.ts';

const { call, givenCase, getCase, givenComment } = cases();

describe('GET /api/cases/{caseId}', () => {
  it('answers the case without its comments, but with their numbers', async () => {
    const { id } = await givenCase();
    await givenComment(id, userComment());
    await givenComment(id, alertComment(['a', 'b'], ['i', 'i']));
    expect(await getCase(id)).toMatchObject({ id, comments: [], totalComment: 1, totalAlerts: 2 });
  });

  it.each(['unknown', 'cases', '%20', encodeURIComponent('x'.repeat(3_000)), encodeURIComponent('a\u0000b')])(
    'answers 404 for id %#',
    async (id) => {
      expect(shown(await call(`GET /api/cases/${id}`))).toEqual(
        notFound(`Saved object [cases/${decodeURIComponent(id)}] not found`),
      );
    },
  );

  it('answers 404 in another space', async () => {
    const { id } = await givenCase({}, { space: 'a' });
    expect(await getCase(id, { space: 'a' })).toMatchObject({ id });
    for (const path of ['', '/s/b']) {
      expect(shown(await call(`GET ${path}/api/cases/${id}`))).toEqual(
        notFound(`Saved object [cases/${id}] not found`),
      );
    }
  });

  it('says that a case is missing before it says that the caller may not see cases', async () => {
    const as = await givenUser('no-cases', { kibana: ['feature_discover.all'] });
    const { id } = await givenCase({ owner: 'observability' });
    expect((await call('GET /api/cases/unknown', { as })).status).toBe(404);
    expect(shown(await call(`GET /api/cases/${id}`, { as }))).toEqual(
      forbidden('Unauthorized to access case with owners: "observability"'),
    );
  });
});
