import { expect, it } from 'vitest';
import { type Agent, agentOf, apiKeysOf, findAgent, findAgents, rowOf } from '../../../../lib/fleet/agents/agents.ts';
import { createServiceKey } from '../../../../lib/fleet/service-keys.ts';
import { findApiKey } from '../../../../lib/security/api-keys.ts';
import { fleet } from '../../../functions/fleet/fleet.ts';
import { agent, givenAgent } from './given.ts';

const { bulkUnenroll, givenPolicy, getAgent } = fleet();

const keys = (id: (name: string) => string): NonNullable<Agent['keys']> => ({
  default_api_key_id: id('default'),
  default_api_key_history: [{ id: id('history'), retired_at: '2026-01-01T00:00:00Z' }],
  outputs: {
    one: {
      api_key_id: id('output'),
      type: 'elasticsearch',
      to_retire_api_key_ids: [{ id: id('retiring'), retired_at: '' }],
    },
    two: { api_key_id: '', type: 'logstash' },
  },
});

it('knows every key of an agent, each once', () => {
  expect(apiKeysOf(agent())).toEqual(['key']);
  const named = keys((name) => name);
  expect(apiKeysOf(agent({ keys: { ...named, default_api_key_id: 'key' } }))).toEqual([
    'key',
    'history',
    'output',
    'retiring',
  ]);
});

it('has every key of an agent invalidated when it is made to go', async () => {
  await givenPolicy({ id: 'policy' });
  const ids = new Map<string, string>();
  for (const name of ['access', 'default', 'history', 'output', 'retiring', 'other']) {
    ids.set(name, (await createServiceKey('access', name, {}, new Date())).id);
  }
  const idOf = (name: string) => ids.get(name) ?? '';
  const { id } = await givenAgent({ access_api_key_id: idOf('access'), keys: keys(idOf) });
  expect((await getAgent(id)).outputs.one).toEqual({
    api_key_id: idOf('output'),
    type: 'elasticsearch',
    to_retire_api_key_ids: [{ id: idOf('retiring'), retired_at: '' }],
  });
  await bulkUnenroll({ agents: [id], revoke: true });
  for (const [name, keyId] of ids) {
    const { invalidation } = (await findApiKey(keyId)) ?? {};
    if (name === 'other') expect(invalidation).toBeUndefined();
    else expect(invalidation, name).toBeTypeOf('number');
  }
});

it('survives its row', () => {
  const full = agent({
    keys: keys((name) => name),
    facts: { os: { name: 'x' }, deep: [1e300] },
    upgrade_details: { state: 'UPG_FAILED', metadata: { error_msg: 'no' } },
    upgraded_at: null,
    unhealthy_reason: ['input'],
  });
  expect(agentOf(rowOf(full))).toEqual(full);
  expect(rowOf(full).enrolled_at).toBe(full.enrolled_at);
  const gone = { ...full, active: false, upgrade_details: null };
  expect(agentOf(rowOf(gone))).toEqual(gone);
  expect(rowOf(gone).enrolled_at).toBeUndefined();
});

it('finds agents by id, and only those that are there', async () => {
  const { id } = await givenAgent();
  expect(await findAgent('')).toBeUndefined();
  expect(await findAgent('\ud800')).toBeUndefined();
  expect((await findAgents([id, id, 'nobody', ''])).map((found) => found.id)).toEqual([id]);
});
