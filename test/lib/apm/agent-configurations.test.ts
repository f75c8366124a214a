import { describe, expect, it } from 'vitest';
import { etagOf } from '../../../lib/apm/agent-configurations.ts';

describe('the etag', () => {
  it.each([
    [{ service: {}, settings: { transaction_sample_rate: '0.55' } }, 'eb88a8997666cc4b33745ef355a1bbd7c4782f2d'],
    [
      { service: { environment: 'development' }, settings: { transaction_sample_rate: '0.5' } },
      '4ce40da57e3c71daca704121c784b911ec05ae81',
    ],
    [
      { service: { name: 'my_service', environment: 'development' }, settings: { transaction_sample_rate: '0.3' } },
      'af4dac62621b6762e6281481d1f7523af1124120',
    ],
  ])('of %j is Kibana’s', (intake, etag) => {
    expect(etagOf(intake)).toBe(etag);
  });

  it('does not depend on the order of keys, nor on keys without a value', () => {
    expect(
      etagOf({
        settings: { transaction_sample_rate: '0.3' },
        service: { environment: 'development', name: 'my_service' },
        agent_name: undefined,
      }),
    ).toBe('af4dac62621b6762e6281481d1f7523af1124120');
  });

  it('depends on the agent name', () => {
    const intake = { service: {}, settings: {} };
    expect(etagOf({ ...intake, agent_name: 'go' })).not.toBe(etagOf(intake));
  });
});
