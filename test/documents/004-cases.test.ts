import { describe, expect, it } from 'vitest';
import { hashPassword } from '../../lib/security/passwords.ts';
import { putUser } from '../../lib/security/users.ts';
import { cases, shown } from '../functions/cases/cases.ts';
import { givenUser } from '../support/callers.ts';
import { PASSWORD } from '../support/password.ts';

const { call, givenCase, givenComment } = cases();

const unauthorized = {
  status: 401,
  body: { error: 'Unauthorized', message: expect.any(String), statusCode: 401 },
};

describe('«Delete a case comment or alert»', () => {
  /** The curl sample, with its `--header "kbn-xsrf: string"`. */
  const sample = (caseId: string, commentId: string, as: string | null = 'elastic') =>
    call(`DELETE /api/cases/${caseId}/comments/${commentId}`, { as, headers: { 'kbn-xsrf': 'string' } });
  const PRINTED = ['9c235210-6834-11ea-a78c-6ffb38a34414', '71ec1870-725b-11ea-a0b2-c51ea50a58e2'] as const;

  it('answers the curl sample with 404 where that comment does not exist', async () => {
    expect(shown(await sample(...PRINTED))).toEqual({
      status: 404,
      body: { statusCode: 404, error: 'Not Found', message: `Saved object [cases-comments/${PRINTED[1]}] not found` },
    });
  });

  it('answers 204 where it does', async () => {
    const { id } = await givenCase();
    const comment = await givenComment(id);
    expect(shown(await sample(id, comment.id))).toEqual({ status: 204, body: '' });
  });

  it('answers the documented 401', async () => {
    expect(shown(await sample(...PRINTED, null))).toEqual(unauthorized);
  });
});

describe('«Get case creators»', () => {
  it('answers the documented 200: users as they existed when they opened the cases', async () => {
    const password_hash = await hashPassword(PASSWORD);
    await givenUser('jdoe', { kibana: ['feature_generalCasesV3.all'] });
    const jane = { password_hash, roles: ['jdoe'], enabled: true, metadata: null };
    await putUser('jdoe', { ...jane, full_name: 'Jane Doe', email: '' });
    await givenCase({}, { as: 'jdoe' });
    await givenCase();
    await putUser('jdoe', { ...jane, full_name: 'Somebody else', email: 'else@example.com' });
    const profile_uid = expect.stringMatching(/^u_[\w-]+_0$/);
    expect(shown(await call('GET /api/cases/reporters'))).toEqual({
      status: 200,
      body: [
        { email: null, username: 'elastic', full_name: null, profile_uid },
        { email: '', username: 'jdoe', full_name: 'Jane Doe', profile_uid },
      ],
    });
  });

  it('takes one owner or several', async () => {
    for (const query of ['?owner=cases', '?owner=cases&owner=observability&owner=securitySolution']) {
      const { status, body } = await call(`GET /api/cases/reporters${query}`);
      expect({ status, reporters: body.length }).toEqual({ status: 200, reporters: 2 });
    }
  });

  it('answers the documented 401', async () => {
    expect(shown(await call('GET /api/cases/reporters', { as: null }))).toEqual(unauthorized);
  });
});
