import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import {
  alertComment,
  badRequest,
  cases,
  elastic,
  forbidden,
  ISO_TIME,
  noBodies,
  notFound,
  refusal,
  shown,
  userComment,
} from './cases.ts';

const { call, givenCase, getCase, givenComment, deleteComment, history, remove } = cases();
const missing = (id: string) => notFound(`Saved object [cases-comments/${id}] not found`);

describe('DELETE /api/cases/{caseId}/comments/{commentId}', () => {
  it('answers 204 without body and content type', async () => {
    const { id } = await givenCase();
    const comment = await givenComment(id);
    const { status, text, headers } = await deleteComment(id, comment.id);
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect(headers).not.toHaveProperty('content-type');
    expect(headers).toMatchObject({ 'elastic-api-version': '2023-10-31' });
  });

  it('deletes one comment, keeps the others and leaves the case’s own record alone', async () => {
    const { id } = await givenCase();
    const kept = await givenComment(id, userComment('kept'));
    const gone = await givenComment(id, userComment('gone'));
    const before = await getCase(id);
    await deleteComment(id, gone.id);
    expect(await getCase(id)).toEqual({ ...before, totalComment: 1 });
    const { body } = await call(`GET /api/cases/${id}/comments/_find`);
    expect(body).toMatchObject({ total: 1, comments: [{ id: kept.id }] });
    expect(shown(await deleteComment(id, gone.id))).toEqual(missing(gone.id));
  });

  it('keeps a copy in the history of the case', async () => {
    const { id } = await givenCase();
    const comment = await givenComment(id, userComment('text'));
    await deleteComment(id, comment.id);
    expect((await history(id)).at(-1)).toEqual({
      id: expect.any(String),
      version: expect.any(String),
      type: 'comment',
      action: 'delete',
      payload: { comment: { type: 'user', comment: 'text', owner: 'cases' } },
      comment_id: comment.id,
      created_at: expect.stringMatching(ISO_TIME),
      created_by: elastic,
      owner: 'cases',
    });
  });

  it('deletes alerts by their comment', async () => {
    const { id } = await givenCase();
    await givenComment(id, alertComment('kept'));
    const comment = await givenComment(id, alertComment(['a', 'b', ''], ['i', '', 'i']));
    expect(await getCase(id)).toMatchObject({ totalAlerts: 4 });
    expect((await deleteComment(id, comment.id)).status).toBe(204);
    expect(await getCase(id)).toMatchObject({ totalAlerts: 1, totalComment: 0 });
    await givenComment(id, alertComment(['a', 'kept'], ['i', 'i']));
    expect(await getCase(id)).toMatchObject({ totalAlerts: 2 });
  });

  it('deletes a comment once, however many ask', async () => {
    const { id } = await givenCase();
    const comment = await givenComment(id);
    const answers = await Promise.all([1, 2, 3, 4].map(() => deleteComment(id, comment.id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404]);
    expect(await getCase(id)).toMatchObject({ totalComment: 0 });
    expect((await history(id)).filter(({ action }: { action: string }) => action === 'delete')).toHaveLength(1);
  });

  it.each([
    'nonsense',
    '71ec1870-725b-11ea-a0b2-c51ea50a58e2',
    '71ec1870-725b-41ea-a0b2-c51ea50a58e2',
    'x'.repeat(2_000),
  ])('answers 404 for comment %#', async (id) => {
    expect(shown(await deleteComment('any', id))).toEqual(missing(id));
  });

  it.each(['fake-id', 'another case'])('says that the comment is not in %s', async (name) => {
    const { id } = await givenCase();
    const other = name === 'fake-id' ? name : (await givenCase()).id;
    const comment = await givenComment(id);
    expect(shown(await deleteComment(other, comment.id))).toEqual(
      notFound(`This comment ${comment.id} does not exist in ${other}.`),
    );
    expect(await getCase(id)).toMatchObject({ totalComment: 1 });
  });

  it('sees only comments of its space', async () => {
    const { id } = await givenCase({}, { space: 'a' });
    const comment = await givenComment(id, userComment(), { space: 'a' });
    expect(shown(await deleteComment(id, comment.id))).toEqual(missing(comment.id));
    expect(shown(await call(`DELETE /s/b/api/cases/${id}/comments/${comment.id}`))).toEqual(missing(comment.id));
    expect((await call(`DELETE /s/a/api/cases/${id}/comments/${comment.id}`)).status).toBe(204);
  });

  it('no longer sees the comments of a deleted case', async () => {
    const { id } = await givenCase();
    const comment = await givenComment(id);
    await remove(id);
    expect(shown(await deleteComment(id, comment.id))).toEqual(missing(comment.id));
  });

  it('looks for the comment, then at the rights to its owner, then at the case', async () => {
    const as = await givenUser('reader', { kibana: ['feature_securitySolutionCasesV3.read'] });
    const { id } = await givenCase({ owner: 'securitySolution' });
    const comment = await givenComment(id, userComment('x', 'securitySolution'));
    expect(shown(await deleteComment(id, 'unknown', { as }))).toEqual(missing('unknown'));
    expect(shown(await deleteComment('fake-id', comment.id, { as }))).toEqual(
      forbidden('Unauthorized to delete comments with owners: "securitySolution"'),
    );
  });

  it.each([
    ['feature_generalCasesV3.all', 204],
    ['feature_generalCasesV2.all', 204],
    ['feature_generalCases.all', 204],
    ['feature_generalCasesV3.cases_delete', 204],
    ['feature_generalCasesV3.minimal_all', 403],
    ['feature_generalCasesV3.read', 403],
    ['feature_observabilityCasesV3.all', 403],
    ['all', 204],
    ['read', 403],
  ])('answers who has %s with %i', async (granted, status) => {
    const as = await givenUser(`user-${granted}`, { kibana: [granted] });
    const { id } = await givenCase();
    const comment = await givenComment(id);
    expect((await deleteComment(id, comment.id, { as })).status).toBe(status);
  });

  it('demands the XSRF header and credentials', async () => {
    const line = 'DELETE /api/cases/a/comments/b';
    expect((await call(line, { as: null })).status).toBe(401);
    const { send } = cases();
    const authorization = `Basic ${Buffer.from('elastic:changeme').toString('base64')}`;
    const [method = '', url = ''] = line.split(' ');
    expect(shown(await send({ method, url, headers: { authorization } }))).toEqual(
      refusal(400, 'Bad Request', 'Request must contain a kbn-xsrf header.'),
    );
  });

  it.each(noBodies)('refuses the body %j', async (body, message) => {
    expect(shown(await deleteComment('any', 'any', { body }))).toEqual(badRequest(message));
  });

  it('ignores the query and the API version, and takes any object as its body', async () => {
    const { id } = await givenCase();
    const [one, two, three] = [await givenComment(id), await givenComment(id), await givenComment(id)];
    const headers = { 'elastic-api-version': '2020-01-01' };
    expect((await call(`DELETE /api/cases/${id}/comments/${one.id}?foo=1`, { headers })).status).toBe(204);
    expect((await deleteComment(id, two.id, { body: { any: 'thing' } })).status).toBe(204);
    expect((await deleteComment(id, three.id, { body: '"{}"' })).status).toBe(204);
  });
});
