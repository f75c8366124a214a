import { expect, it } from 'vitest';
import { findPolicy } from '../../../lib/fleet/policies.ts';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, givenPolicy, refusal, shown } from './settings.ts';

const { call } = kibana();
const SOURCES = '/api/fleet/agent_download_sources';
const INITIAL = 'fleet-default-download-source';
const given = async (id: string, fields: object = {}) => {
  const answer = await call(`POST ${SOURCES}`, { body: { id, name: id, host: 'http://h', ...fields } });
  expect(shown(answer)).toMatchObject({ status: 200 });
};
const remove = (id: string) => call(`DELETE ${SOURCES}/${id}?ignored=1`);

checksCallers(call, `DELETE ${SOURCES}/any`, {
  named: 'fleet-settings-all',
  granted: ['feature_fleetv2.settings_all'],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.settings_read'],
});

it('deletes a source once; its name is free then', async () => {
  await given('mine');
  expect(shown(await remove('mine'))).toEqual({ status: 200, body: { id: 'mine' } });
  expect(shown(await remove('mine'))).toEqual(refusal(404, 'Agent binary source mine not found'));
  await given('mine');
});

it('takes it out of policies, each with a new revision', async () => {
  await given('used');
  const [user, other] = [
    await givenPolicy({ download_source_id: 'used' }),
    await givenPolicy({ download_source_id: 'x' }),
  ];
  expect((await remove('used')).status).toBe(200);
  expect(await findPolicy(user)).toMatchObject({ download_source_id: null, revision: 2, updated_by: 'elastic' });
  expect(await findPolicy(other)).toMatchObject({ download_source_id: 'x', revision: 1 });
});

it('stays while a hosted policy uses it, and no policy changes', async () => {
  await given('hosted');
  const user = await givenPolicy({ download_source_id: 'hosted' });
  await givenPolicy({ download_source_id: 'hosted', is_managed: true });
  const { status, body } = await remove('hosted');
  expect(status).toBe(400);
  expect(body.message).toBe(
    'Cannot update download_source_id in Fleet because the agent policy is managed by an external orchestration solution, such as Elastic Cloud, Kubernetes, etc. Please make changes using your orchestration solution.',
  );
  expect((await call(`GET ${SOURCES}/hosted`)).status).toBe(200);
  expect(await findPolicy(user)).toMatchObject({ download_source_id: 'hosted', revision: 1 });
});

it('keeps the default, even the one that nobody created', async () => {
  const message = (id: string) => `Default Download source ${id} cannot be deleted.`;
  expect(shown(await remove(INITIAL))).toEqual(refusal(400, message(INITIAL)));
  await given('default', { is_default: true });
  expect(shown(await remove('default'))).toEqual(refusal(400, message('default')));
  expect(shown(await remove(INITIAL))).toEqual({ status: 200, body: { id: INITIAL } });
  expect((await call(`GET ${SOURCES}/${INITIAL}`)).status).toBe(404);
  await given('artifacts', { name: 'Elastic Artifacts' });
  await given(INITIAL, { name: 'again' });
});
