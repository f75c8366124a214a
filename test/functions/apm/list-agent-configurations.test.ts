import { describe, expect, it } from 'vitest';
import { agentConfigurations, invalid, PATH, shown } from './agent-configurations.ts';

const { call, given } = agentConfigurations();

describe('GET /api/apm/settings/agent-configuration', () => {
  it('lists nothing at first', async () => {
    expect(shown(await call(`GET ${PATH}`))).toEqual({ status: 200, body: { configurations: [] } });
  });

  it('lists every configuration as it is viewed, without its id', async () => {
    const { id: _, ...one } = await given({ name: 'one' });
    const { id: __, ...all } = await given({});
    const { body } = await call(`GET ${PATH}`);
    expect(body.configurations).toHaveLength(2);
    expect(body.configurations).toEqual(expect.arrayContaining([one, all]));
  });

  it('stops at 200', async () => {
    for (let index = 0; index < 201; index++) await given({ name: `many-${index}` });
    expect((await call(`GET ${PATH}`)).body.configurations).toHaveLength(200);
  });

  it('refuses keys nobody knows', async () => {
    expect(shown(await call(`GET ${PATH}?page=1`))).toEqual(invalid('Excess keys are not allowed:\nquery.page'));
  });
});
