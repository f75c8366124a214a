import { beforeAll, describe, expect, it } from 'vitest';
import { coreText, quoted } from '../../lib/http/serve.ts';
import { basic, givenUser } from '../../support/callers.ts';
import { kibana } from '../../support/kibana.ts';
import { badRequest, outcome, unauthorized } from './refusals.ts';

const { call, send } = kibana();
const notFound = { status: 404, text: coreText(404, 'Not Found', '[{"found":false}]: undefined') };

async function givenRole(name: string): Promise<void> {
  const { status } = await call(`PUT /api/security/role/${encodeURIComponent(name)}`, {
    body: { kibana: [{ base: ['all'] }] },
  });
  expect(status).toBe(204);
}

beforeAll(async () => {
  await Promise.all([
    givenUser('manager', { cluster: ['manage_security'] }),
    givenUser('reader', { cluster: ['read_security'] }),
    givenUser('everything-in-kibana', { kibana: ['all'] }),
  ]);
});

describe('DELETE /api/security/role/{name}', () => {
  it.each(['ops', 'a b', 'a.b', 'Ops-1_x'])('deletes %s; the second time there is none', async (name) => {
    await givenRole(name);
    const answer = await call(`DELETE /api/security/role/${encodeURIComponent(name)}`);
    expect(outcome(answer)).toEqual({ status: 204, text: '' });
    expect(answer.headers['elastic-api-version']).toBe('2023-10-31');
    expect(answer.headers).not.toHaveProperty('content-type');
    expect(outcome(await call(`DELETE /api/security/role/${encodeURIComponent(name)}`))).toEqual(notFound);
    expect((await call(`GET /api/security/role/${encodeURIComponent(name)}`)).status).toBe(404);
  });

  it.each(['no-such-role', '%C3%A4', 'x'.repeat(900), 'x'.repeat(1_025), '__proto__', 'constructor'])(
    'does not know %s',
    async (name) => {
      expect(outcome(await call(`DELETE /api/security/role/${name}`))).toEqual(notFound);
    },
  );

  it('means the same role in every space', async () => {
    await givenRole('everywhere');
    expect((await call('DELETE /s/red/api/security/role/everywhere')).status).toBe(204);
    expect(outcome(await call('DELETE /api/security/role/everywhere'))).toEqual(notFound);
  });

  it('ignores query and body', async () => {
    await givenRole('ignoring');
    expect((await call('DELETE /api/security/role/ignoring?a=b', { body: { any: 'thing' } })).status).toBe(204);
  });

  it.each(['superuser', 'kibana_admin', 'viewer', 'editor', 'kibana_system', 'monitoring_user'])(
    'keeps the reserved role %s',
    async (name) => {
      const reason = `role [${name}] is reserved and cannot be deleted`;
      const refused = badRequest(quoted('illegal_argument_exception', reason));
      expect(outcome(await call(`DELETE /api/security/role/${name}`))).toEqual(refused);
      expect((await call(`GET /api/security/role/${name}`)).status).toBe(200);
    },
  );

  it('leaves users with a name that gives nothing, until the role is there again', async () => {
    await givenUser('assigned', { kibana: ['all'] });
    const mayCreate = async () => (await call('POST /api/spaces/space', { as: 'assigned', body: {} })).status;
    const seesSpaces = async () => (await call('GET /api/spaces/space', { as: 'assigned' })).status;
    expect(await seesSpaces()).toBe(200);
    expect((await call('DELETE /api/security/role/assigned')).status).toBe(204);
    expect(await seesSpaces()).toBe(403);
    expect((await call('GET /_security/user/assigned')).body.assigned.roles).toEqual(['assigned']);
    await givenRole('assigned');
    expect(await seesSpaces()).toBe(200);
    expect(await mayCreate()).toBe(400);
  });
});

describe('who may delete a role', () => {
  it('is who manages security', async () => {
    await givenRole('of-manager');
    expect((await call('DELETE /api/security/role/of-manager', { as: 'manager' })).status).toBe(204);
  });

  it.each(['reader', 'everything-in-kibana'])(
    'is not %s, whether the role exists or not, reserved or not',
    async (as) => {
      await givenRole('kept');
      for (const name of ['kept', 'no-such-role', 'superuser']) {
        const answer = await call(`DELETE /api/security/role/${name}`, { as });
        expect(outcome(answer)).toEqual(unauthorized('delete', as, 'manage_security,all'));
      }
      expect((await call('GET /api/security/role/kept')).status).toBe(200);
    },
  );
});

describe('what is refused before', () => {
  const unknownVersion =
    'No version "2024-01-01" available for [delete] [/api/security/role/{name}]. Available versions are: [2023-10-31]';

  it('a request without kbn-xsrf', async () => {
    const answer = await send({
      method: 'DELETE',
      url: '/api/security/role/x',
      headers: { authorization: basic('elastic') },
    });
    expect(outcome(answer)).toEqual(badRequest('Request must contain a kbn-xsrf header.'));
  });

  it.each<[string, string, Parameters<typeof call>[1], object]>([
    ['nobody', 'x', { as: null }, { status: 401, text: coreText(401, 'Unauthorized', 'Unauthorized') }],
    ['an unknown version', 'x', { headers: { 'elastic-api-version': '2024-01-01' } }, badRequest(unknownVersion)],
    ['an empty name', '', {}, { status: 404, text: coreText(404, 'Not Found', 'Not Found') }],
  ])('%s', async (_name, name, options, expected) => {
    expect(outcome(await call(`DELETE /api/security/role/${name}`, options))).toEqual(expected);
  });
});
