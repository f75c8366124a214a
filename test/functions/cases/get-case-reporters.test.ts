import { describe, expect, it } from 'vitest';
import { hashPassword } from '../../../lib/security/passwords.ts';
import { putUser } from '../../../lib/security/users.ts';
import { givenUser } from '../../support/callers.ts';
import { PASSWORD } from '../../support/password.ts';
import { badRequest, cases, elastic, forbidden, shown } from './cases.ts';

const { call, givenCase, remove } = cases();
const reporters = async (space: string, query = '', as = 'elastic') =>
  call(`GET /s/${space}/api/cases/reporters${query}`, { as });
const names = async (space: string, query = '', as = 'elastic') =>
  (await reporters(space, query, as)).body.map(({ username }: { username: string }) => username);

/** Users who may open cases of all owners. */
const givenReporter = (name: string) =>
  givenUser(name, {
    kibana: ['feature_generalCasesV3.all', 'feature_observabilityCasesV3.all', 'feature_securitySolutionCasesV3.all'],
  });

async function called(name: string, full_name: string | null, email: string | null) {
  const password_hash = await hashPassword(PASSWORD);
  await putUser(name, { password_hash, roles: [name], enabled: true, full_name, email, metadata: null });
}

describe('GET /api/cases/reporters', () => {
  it('answers an empty list without cases', async () => {
    expect(shown(await reporters('empty'))).toEqual({ status: 200, body: [] });
  });

  it('lists each user once, by name in byte order', async () => {
    const users = ['b', 'a', 'B', 'a b', 'a-b', 'ab'];
    for (const name of users) {
      const as = await givenReporter(name);
      await givenCase({}, { space: 'ordered', as });
      await givenCase({ owner: 'observability' }, { space: 'ordered', as });
    }
    expect(await names('ordered')).toEqual(['B', 'a', 'a b', 'a-b', 'ab', 'b']);
  });

  it('shows a user as of the newest case, and never looks at the user again', async () => {
    const space = 'frozen';
    const as = await givenReporter('jdoe');
    await givenCase({}, { space, as });
    await called(as, 'Jane Doe', '');
    const { id, created_at } = await givenCase({ owner: 'observability' }, { space, as });
    await called(as, 'Jane Later', 'jane@example.com');
    const profile_uid = expect.stringMatching(/^u_[\w-]+_0$/);
    expect((await reporters(space)).body).toEqual([
      { username: 'jdoe', full_name: 'Jane Doe', email: '', profile_uid },
    ]);
    expect((await reporters(space, '?owner=cases')).body).toEqual([
      { username: 'jdoe', full_name: null, email: null, profile_uid },
    ]);
    expect(created_at).toBeDefined();
    await call(`DELETE /s/${space}/api/cases?ids=${id}&ids=${id}`);
    expect((await reporters(space)).body).toEqual([{ username: 'jdoe', full_name: null, email: null, profile_uid }]);
  });

  it('narrows by owner, and takes what matches nothing for no error', async () => {
    const space = 'owners';
    const as = await givenReporter('several');
    await givenCase({ owner: 'cases' }, { space });
    await givenCase({ owner: 'observability' }, { space, as });
    expect(await names(space, '?owner=cases')).toEqual(['elastic']);
    expect(await names(space, '?owner=cases&owner=observability')).toEqual(['elastic', 'several']);
    for (const query of ['?owner=', '?owner=nobody', '?owner=cases,observability', '?owner=securitySolution']) {
      expect(shown(await reporters(space, query)), query).toEqual({ status: 200, body: [] });
    }
  });

  it('sees cases of its space only', async () => {
    await givenCase({}, { space: 'here' });
    expect((await reporters('here')).body).toEqual([elastic]);
    expect((await reporters('there')).body).toEqual([]);
  });

  it('forgets a user with the last case', async () => {
    const space = 'default';
    const { id } = await givenCase();
    const other = await givenCase();
    await remove(id);
    expect(await names(space)).toEqual(['elastic']);
    await remove(other.id);
    expect(await names(space)).toEqual([]);
  });

  it('is exact under concurrent creates and deletes', async () => {
    const space = 'raced';
    const users = await Promise.all(['r1', 'r2', 'r3'].map(givenReporter));
    const created = await Promise.all(users.flatMap((as) => [1, 2, 3, 4, 5].map(() => givenCase({}, { space, as }))));
    expect(await names(space)).toEqual(users);
    const ofFirst = created.slice(0, 5).map(({ id }) => id);
    await Promise.all(ofFirst.map((id) => call(`DELETE /s/${space}/api/cases?ids=${id}&ids=${id}`)));
    expect(await names(space)).toEqual(['r2', 'r3']);
  });

  it.each([
    ['?foo=bar', 'invalid keys "foo"'],
    ['?owner[]=cases', 'invalid keys "owner[]"'],
    ['?foo=1&bar=2', 'invalid keys "foo,bar"'],
  ])('refuses %s', async (query, message) => {
    expect(shown(await reporters('default', query))).toEqual(badRequest(message));
  });

  it('shows the owners that the caller may read, and refuses who may read none', async () => {
    const space = 'rights';
    const as = await givenReporter('writer');
    await givenCase({ owner: 'observability' }, { space, as });
    await givenCase({ owner: 'cases' }, { space });
    const reader = await givenUser('reader', { kibana: ['feature_observabilityCasesV3.read'] });
    expect(await names(space, '', reader)).toEqual(['writer']);
    expect(shown(await reporters(space, '?owner=cases', reader))).toEqual({ status: 200, body: [] });
    const none = await givenUser('none', { kibana: ['feature_discover.all'] });
    for (const query of ['', '?owner=cases']) {
      expect(shown(await reporters(space, query, none))).toEqual(forbidden('Unauthorized to access case of any owner'));
    }
    expect((await call('GET /api/cases/reporters', { as: null })).status).toBe(401);
  });
});
