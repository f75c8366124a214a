import { expect, it } from 'vitest';
import { findPolicy } from '../../../lib/fleet/policies.ts';
import { rows } from '../../../lib/stores/read.ts';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, givenPolicy, refusal, shown } from './settings.ts';

const { call } = kibana();
const remove = (id: string) => call(`DELETE /api/fleet/outputs/${id}`);
const given = async (id: string, fields: object = {}) => {
  const body = { id, name: id, type: 'elasticsearch', hosts: ['http://h'], ...fields };
  expect(shown(await call('POST /api/fleet/outputs', { body }))).toMatchObject({ status: 200 });
};
const secretsStored = async () => {
  const found = await Array.fromAsync(rows({ table: 'SavedObjects', pk: 'fleet-secrets' }));
  return found.map(({ sk }) => sk);
};

checksCallers(call, 'DELETE /api/fleet/outputs/any', {
  named: 'fleet-settings-all',
  granted: ['feature_fleetv2.settings_all'],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.settings_read'],
});

it('deletes an output and its own secrets, once', async () => {
  await given('mine', { type: 'remote_elasticsearch', secrets: { service_token: 'T' } });
  const [id] = await secretsStored();
  await given('guest', { type: 'remote_elasticsearch', secrets: { service_token: { id }, kibana_api_key: 'K' } });
  expect(await secretsStored()).toHaveLength(2);
  expect(shown(await remove('guest'))).toEqual({ status: 200, body: { id: 'guest' } });
  expect(await secretsStored()).toEqual([id]);
  expect(shown(await remove('mine'))).toEqual({ status: 200, body: { id: 'mine' } });
  expect(await secretsStored()).toEqual([]);
  expect(shown(await remove('mine'))).toEqual(refusal(404, 'Output mine not found'));
});

it('takes it out of policies, each with a new revision', async () => {
  await given('used');
  const users = [
    await givenPolicy({ data_output_id: 'used', monitoring_output_id: 'used' }),
    await givenPolicy({ monitoring_output_id: 'used', is_managed: true }),
  ];
  const other = await givenPolicy({ data_output_id: 'another' });
  expect((await remove('used')).status).toBe(200);
  expect(await findPolicy(users[0] ?? '')).toMatchObject({
    data_output_id: null,
    monitoring_output_id: null,
    revision: 2,
  });
  expect(await findPolicy(users[1] ?? '')).toMatchObject({ monitoring_output_id: null, revision: 2 });
  expect(await findPolicy(other)).toMatchObject({ data_output_id: 'another', revision: 1 });
});

it('keeps the defaults and what is preconfigured', async () => {
  const initial = 'fleet-default-output';
  expect(shown(await remove(initial))).toEqual(refusal(400, `Default output ${initial} cannot be deleted.`));
  await given('data', { is_default: true });
  expect(shown(await remove(initial))).toEqual(refusal(400, `Default monitoring output ${initial} cannot be deleted.`));
  await given('fixed', { is_preconfigured: true });
  const message = 'Preconfigured output fixed cannot be deleted outside of kibana config file.';
  expect(shown(await remove('fixed'))).toEqual(refusal(400, message));
});

it('deletes the first output like any other when it is no default; its id is free then', async () => {
  await given('monitoring', { is_default_monitoring: true });
  expect((await remove('fleet-default-output')).status).toBe(200);
  expect((await call('GET /api/fleet/outputs/fleet-default-output')).status).toBe(404);
  const { body } = await call('GET /api/fleet/outputs');
  expect(body.items.map(({ id }: { id: string }) => id)).not.toContain('fleet-default-output');
  await given('fleet-default-output', { name: 'again' });
  expect((await call('GET /api/fleet/outputs/fleet-default-output')).body.item.name).toBe('again');
});

it('leaves a default, whoever deletes what is about to become it', async () => {
  await given('candidate');
  await Promise.all([remove('candidate'), call('PUT /api/fleet/outputs/candidate', { body: { is_default: true } })]);
  const { body } = await call('GET /api/fleet/outputs');
  expect(body.items.filter(({ is_default }: { is_default: boolean }) => is_default)).toHaveLength(1);
});
