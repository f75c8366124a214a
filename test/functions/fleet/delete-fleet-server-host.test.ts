import { expect, it } from 'vitest';
import { findPolicy } from '../../../lib/fleet/policies.ts';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, givenPolicy, refusal, shown } from './settings.ts';

const { call } = kibana();
const HOSTS = '/api/fleet/fleet_server_hosts';
const given = async (id: string, fields: object = {}) => {
  const answer = await call(`POST ${HOSTS}`, { body: { id, name: id, host_urls: ['http://h'], ...fields } });
  expect(shown(answer)).toMatchObject({ status: 200 });
};
const remove = (id: string) => call(`DELETE ${HOSTS}/${id}`);

checksCallers(call, `DELETE ${HOSTS}/any`, {
  named: 'fleet-settings-all',
  granted: ['feature_fleetv2.settings_all'],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.settings_read'],
});

it('deletes a host once', async () => {
  await given('test-default-456');
  expect(shown(await remove('test-default-456'))).toEqual({ status: 200, body: { id: 'test-default-456' } });
  expect(shown(await remove('test-default-456'))).toEqual(refusal(404, 'Fleet server test-default-456 not found'));
});

it('keeps the default', async () => {
  await given('default', { is_default: true });
  const message = 'Default Fleet Server hosts default cannot be deleted.';
  expect(shown(await remove('default'))).toEqual(refusal(403, message));
  await given('next', { is_default: true });
  expect((await remove('default')).status).toBe(200);
});

it('takes it out of policies, unless one of them is hosted', async () => {
  await given('used');
  const user = await givenPolicy({ fleet_server_host_id: 'used' });
  expect((await remove('used')).status).toBe(200);
  expect(await findPolicy(user)).toMatchObject({ fleet_server_host_id: null, revision: 2 });

  await given('hosted');
  await givenPolicy({ fleet_server_host_id: 'hosted', is_managed: true });
  const { status, body } = await remove('hosted');
  expect({ status, message: body.message }).toEqual({
    status: 400,
    message: expect.stringMatching(/^Cannot update fleet_server_host_id in Fleet because the agent policy is managed/),
  });
  expect((await call(`GET ${HOSTS}/hosted`)).status).toBe(200);
});
