import { describe, expect, it } from 'vitest';
import {
  type ClusterAction,
  holdsCluster,
  mayPerform,
  requireClusterAction,
} from '../../../lib/security/cluster-privileges.ts';
import type { Principal } from '../../../lib/security/principal.ts';
import { reservedRole } from '../../../lib/security/reserved-roles.ts';
import { principalWith } from '../../support/identities.ts';

const ACTION = 'cluster:admin/xpack/security/';
const WRITE = ['manage_security', 'all'];
const READ = ['read_security', 'manage_security', 'all'];

/** Named privileges that grant each action, in the order in which a refusal lists them. */
const grantedBy: Record<string, string[]> = {
  'user/get': READ,
  'user/put': WRITE,
  'user/delete': WRITE,
  'user/change_password': WRITE,
  'role/get': READ,
  'role/put': WRITE,
  'role/bulk_put': WRITE,
  'role/delete': WRITE,
  'api_key/create': ['manage_own_api_key', 'manage_api_key', 'manage_security', 'all'],
  'api_key/invalidate': ['manage_api_key', 'manage_security', 'all'],
};
const actions = Object.keys(grantedBy) as string[];
const actionOf = (name: string) => `${ACTION}${name}` as ClusterAction;
const withCluster = (...cluster: string[]) => principalWith([{ cluster }]);

const privileges = [
  ...new Set(Object.values(grantedBy).flat()),
  'manage',
  'monitor',
  'grant_api_key',
  'manage_token',
  'manage_user_profile',
  'none',
];

describe.each(actions)('%s', (name) => {
  const granting = grantedBy[name] ?? [];

  it.each(privileges)('by %s', (privilege) => {
    expect(mayPerform(withCluster(privilege), actionOf(name))).toBe(granting.includes(privilege));
  });

  it.each<[string[], boolean]>([
    [[`${ACTION}${name}`], true],
    [[`${ACTION}*`], true],
    [['cluster:*'], true],
    [[`${ACTION}${name}s`], false],
    [[`${ACTION}${name.slice(0, -1)}`], false],
    [['cluster:monitor/*'], false],
    [['indices:admin/template/*'], false],
    [[], false],
    [['monitor', granting[0] ?? ''], true],
    [granting.map((privilege) => privilege.toUpperCase()), true],
  ])('by %j', (cluster, may) => {
    expect(mayPerform(withCluster(...cluster), actionOf(name))).toBe(may);
  });

  it('is refused by the names of what would grant it', () => {
    const refused = () => requireClusterAction(withCluster('manage'), actionOf(name));
    expect(refused).toThrow(
      expect.objectContaining({
        status: 403,
        type: 'security_exception',
        reason: `action [${ACTION}${name}] is unauthorized for user [jdoe] with effective roles [], this action is granted by the cluster privileges [${granting.join(',')}]`,
      }),
    );
  });

  it('may be granted by more for one request, listed first', () => {
    const own = withCluster('some_own');
    expect(() => requireClusterAction(own, actionOf(name), ['some_own'])).not.toThrow();
    expect(() => requireClusterAction(own, actionOf(name), ['other'])).toThrow(`[other,${granting.join(',')}]`);
  });
});

describe('several roles and sets', () => {
  it.each<[string, Principal, boolean]>([
    ['one of the roles is enough', principalWith([{}, { cluster: ['manage_security'] }]), true],
    ['no role', principalWith([]), false],
    ['key and owner have it', principalWith([{ cluster: ['all'] }], [{ cluster: ['manage_security'] }]), true],
    ['only the key has it', principalWith([{ cluster: ['all'] }], [{ cluster: ['monitor'] }]), false],
    ['only the owner has it', principalWith([{ cluster: ['monitor'] }], [{ cluster: ['all'] }]), false],
    ['the owner has no role', principalWith([{ cluster: ['all'] }], []), false],
  ])('%s', (_name, principal, may) => {
    expect(mayPerform(principal, actionOf('user/put'))).toBe(may);
    expect(holdsCluster(principal, 'manage_security')).toBe(may);
  });
});

describe('holdsCluster', () => {
  it.each<[string[], string, boolean]>([
    [['manage_security'], 'manage_security', true],
    [['all'], 'manage_security', true],
    [['manage'], 'manage_security', false],
    [['manage_security'], 'all', false],
    [['all'], 'all', true],
    [['ALL'], 'all', true],
    [['cluster:*'], 'all', false],
    [[], 'none', false],
  ])('%j hold %s: %s', (cluster, privilege, holds) => {
    expect(holdsCluster(withCluster(...cluster), privilege)).toBe(holds);
  });
});

it.each(['superuser', 'kibana_admin', 'editor', 'viewer', 'kibana_system', 'monitoring_user'])(
  'of the built-in roles only superuser manages security: %s',
  (role) => {
    const principal = principalWith([reservedRole(role) ?? {}]);
    const may = actions.filter((name) => mayPerform(principal, actionOf(name)));
    const ofKibana = ['api_key/create', 'api_key/invalidate'];
    expect(may).toEqual(role === 'superuser' ? actions : role === 'kibana_system' ? ofKibana : []);
  },
);

describe('who is refused', () => {
  const because = (principal: Partial<Principal>) => () =>
    requireClusterAction({ ...principalWith([]), ...principal }, actionOf('user/put'));

  it.each<[Partial<Principal>, string]>([
    [{ roles: ['b', 'a'] }, 'user [jdoe] with effective roles [a,b], '],
    [{ roles: [] }, 'user [jdoe] with effective roles [], '],
    [
      { roles: ['z', 'ghost', 'a', 'echo'], missingRoles: ['ghost', 'echo'] },
      'user [jdoe] with effective roles [a,z] (assigned roles [echo,ghost] were not found), ',
    ],
    [
      { roles: ['ghost'], missingRoles: ['ghost'] },
      'user [jdoe] with effective roles [] (assigned roles [ghost] were not found), ',
    ],
    [{ roles: ['a'], apiKey: { id: 'abc', name: 'k' } }, 'API key id [abc] of user [jdoe], '],
  ])('%j', (principal, who) => {
    expect(because(principal)).toThrow(`is unauthorized for ${who}`);
  });
});
