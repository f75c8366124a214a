import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { kibanaEndpoint } from '../../../../lib/http/endpoint.ts';
import { ok } from '../../../../lib/http/response.ts';
import { createApiKey } from '../../../../lib/security/api-keys.ts';
import { anyOf, none, type Requirement, superuser } from '../../../../lib/security/privileges.ts';
import type { RoleDescriptor } from '../../../../lib/security/role-descriptor.ts';
import { changeRole } from '../../../../lib/security/roles.ts';
import { configSchema } from '../../../../lib/validation/config-schema.ts';
import { descriptorOf, givenUser } from '../../../support/callers.ts';
import { coreText, serve } from '../serve.ts';

const asking = (privileges: Requirement) =>
  serve(
    kibanaEndpoint(
      {
        route: ['GET /api/things', 'GET /api/things/{id}', 'PUT /api/things/{id}'],
        summary: 'Things',
        privileges,
        validation: configSchema,
        responses: { 200: z.unknown() },
      },
      () => ok({}),
    ),
  ).call;

const nothing = asking(none);
const all = asking(['securitySolution', 'lists-all', 'lists-read']);
const any = asking(anyOf('fleet-settings-read', 'fleet-agent-policies-read'));
const onlySuperuser = asking(superuser);

beforeAll(async () => {
  await Promise.all([
    givenUser('nobody', []),
    givenUser('ghost', ['no-such-role']),
    givenUser('viewer', ['viewer']),
    givenUser('editor', ['editor']),
    givenUser('admin', ['kibana_admin']),
    givenUser('red', { kibana: ['space_all'], spaces: ['red'] }),
    givenUser('lists', { kibana: ['feature_siemV3.all'] }),
    givenUser('policies', { kibana: ['feature_fleetv2.agent_policies_read'] }),
    givenUser('cluster', { cluster: ['all'] }),
    givenUser('almost', { cluster: ['all'], kibana: ['all'] }),
  ]);
});

const forbidden = (request: string, privileges: string) => ({
  status: 403,
  text: coreText(
    403,
    'Forbidden',
    `API [${request}] is unauthorized for user, this action is granted by the Kibana privileges [${privileges}]`,
  ),
});
const outcome = ({ status, text }: { status: number; text: string }) => ({ status, text });
const passes = { status: 200, text: '{}' };

describe('who lacks a privilege', () => {
  it.each<[string, typeof all, string, string, string, string]>([
    [
      'all, in the order of the route',
      all,
      'nobody',
      'GET /api/things',
      'GET /api/things',
      'securitySolution,lists-all,lists-read',
    ],
    ['only what is missing', all, 'viewer', 'GET /api/things', 'GET /api/things', 'lists-all'],
    [
      'every alternative',
      any,
      'nobody',
      'GET /api/things',
      'GET /api/things',
      'fleet-settings-read,fleet-agent-policies-read',
    ],
    ['the method', all, 'viewer', 'PUT /api/things/a', 'PUT /api/things/a', 'lists-all'],
    [
      'the query as it was sent',
      all,
      'viewer',
      'GET /api/things?a=%20b&a=c',
      'GET /api/things?a=%20b&a=c',
      'lists-all',
    ],
    [
      'the path as it was sent',
      all,
      'viewer',
      'GET /api/things/a%20b%C3%A4',
      'GET /api/things/a%20b%C3%A4',
      'lists-all',
    ],
    ['no space', all, 'viewer', 'GET /s/red/api/things?a=b', 'GET /api/things?a=b', 'lists-all'],
    ['the reserved requirement', onlySuperuser, 'admin', 'GET /api/things', 'GET /api/things', 'superuser'],
  ])('is told %s', async (_name, call, as, line, request, privileges) => {
    const answer = await call(line, { as });
    expect(outcome(answer)).toEqual(forbidden(request, privileges));
    expect(answer.headers).not.toHaveProperty('elastic-api-version');
    expect(answer.headers).toHaveProperty('kbn-name');
  });
});

describe('who passes', () => {
  it.each<[string, typeof all, string, string, boolean]>([
    ['nobody special, where nothing is asked', nothing, 'nobody', '/api/things', true],
    ['the superuser', all, 'elastic', '/api/things', true],
    ['the superuser, in a space that nobody created', all, 'elastic', '/s/unknown/api/things', true],
    ['kibana_admin', all, 'admin', '/api/things', true],
    ['editor', all, 'editor', '/api/things', true],
    ['viewer', all, 'viewer', '/api/things', false],
    ['a role that does not exist', all, 'ghost', '/api/things', false],
    ['a feature', all, 'lists', '/s/any/api/things', true],
    ['a grant for another space', all, 'red', '/api/things', false],
    ['a grant for this space', all, 'red', '/s/red/api/things', true],
    ['a grant for a space of a longer name', all, 'red', '/s/red2/api/things', false],
    ['one of several alternatives', any, 'policies', '/api/things', true],
    ['every cluster privilege', all, 'cluster', '/api/things', false],
    ['the superuser, where only it may', onlySuperuser, 'elastic', '/api/things', true],
    ['editor, where only the superuser may', onlySuperuser, 'editor', '/api/things', false],
    ['all that can be named, where only the superuser may', onlySuperuser, 'almost', '/api/things', false],
  ])('%s', async (_name, call, as, path, may) => {
    const { status } = await call(`GET ${path}`, { as });
    expect(status).toBe(may ? 200 : 403);
  });
});

describe('an API key', () => {
  const owner = { username: 'owner', full_name: null, email: null, realm: 'default_native', realm_type: 'native' };
  const lists = descriptorOf({ kibana: ['feature_siemV3.all'] });
  const reading = descriptorOf({ kibana: ['feature_siemV3.read'] });

  it.each<[string, RoleDescriptor | undefined, RoleDescriptor, boolean]>([
    ['without descriptors may what its owner could', undefined, lists, true],
    ['without descriptors may no more than its owner could', undefined, reading, false],
    ['with descriptors may what both allow', lists, lists, true],
    ['may less than its owner', reading, lists, false],
    ['never has more than its owner', lists, reading, false],
  ])('%s', async (_name, own, limit, may) => {
    const { id, secret } = await createApiKey({
      name: 'key',
      owner,
      role_descriptors: own === undefined ? {} : { own },
      limited_by: { limit },
      metadata: {},
      creation: Date.now(),
      expiration: undefined,
    });
    const authorization = `ApiKey ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    const answer = await all('GET /api/things', { as: null, headers: { authorization } });
    expect(outcome(answer)).toEqual(may ? passes : forbidden('GET /api/things', 'lists-all'));
  });
});

describe('a role that changes', () => {
  it('bites on the next request', async () => {
    await givenUser('changing', { kibana: ['feature_siemV3.all'] });
    const statuses = [(await all('GET /api/things', { as: 'changing' })).status];
    await changeRole('changing', () => descriptorOf({ kibana: ['feature_siemV3.read'] }));
    statuses.push((await all('GET /api/things', { as: 'changing' })).status);
    await changeRole('changing', () => descriptorOf({ kibana: ['all'] }));
    statuses.push((await all('GET /api/things', { as: 'changing' })).status);
    expect(statuses).toEqual([200, 403, 200]);
  });
});
