import { expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, core, shown } from '../detections/detections.ts';

const api = kibana();
const { call } = api;
const STATE = 'GET /api/endpoint/action/state';
const CAN_ENCRYPT = { status: 200, body: { body: { data: { canEncrypt: true } }, data: { canEncrypt: true } } };

checksCallers(api, STATE, {
  privilege: 'securitySolution',
  granted: ['feature_siemV3.read'],
  refused: ['feature_discover.all', 'feature_securitySolutionTimeline.all'],
});

it('answers as the documents and Kibana do', async () => {
  expect(shown(await call(`${STATE}?x=1`))).toEqual(CAN_ENCRYPT);
  expect(shown(await call('GET /s/any/api/endpoint/action/state'))).toEqual(CAN_ENCRYPT);
});

it.each([
  'host_isolation_all',
  'process_operations_all',
  'file_operations_all',
  'execute_operations_all',
  'scan_operations_all',
])('is open to who has %s', async (privilege) => {
  const as = await givenUser(privilege, { kibana: ['feature_siemV3.read', `feature_siemV3.${privilege}`] });
  expect(shown(await call(STATE, { as }))).toEqual(CAN_ENCRYPT);
});

it.each(['feature_siemV3.all', 'feature_siem.read', 'all', 'read', 'feature_siemV3.policy_management_all'])(
  'is closed to who has only %s',
  async (privilege) => {
    const as = await givenUser(`only-${privilege}`, { kibana: ['feature_siemV3.read', privilege] });
    expect(shown(await call(STATE, { as }))).toEqual(core(403, 'Forbidden', 'Endpoint authorization failure'));
  },
);
