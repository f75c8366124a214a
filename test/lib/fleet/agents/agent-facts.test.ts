import { expect, it } from 'vitest';
import { agentFields, factsOf, hostText, recordOf } from '../../../../lib/fleet/agents/agent-facts.ts';
import { agent } from './given.ts';

it('keeps what filters can name, and nothing else', () => {
  const metadata = {
    elastic: { agent: { id: 'a', snapshot: false, upgradeable: true, other: 1 } },
    host: { name: 'n', hostname: 'h', ip: ['10.0.0.1', 5, { x: 1 }, null], mac: 'x'.repeat(1_025), id: { odd: true } },
    os: 'not an object',
    huge: { more: 1 },
  };
  expect(factsOf(metadata)).toEqual({
    elastic: { agent: { id: 'a', snapshot: false, upgradeable: true } },
    host: { name: 'n', hostname: 'h', ip: ['10.0.0.1', 5] },
  });
  const many = factsOf({ host: { ip: Array.from({ length: 100 }, String) } });
  expect(JSON.stringify(many).match(/undefined|\d+/g)?.length).toBeLessThanOrEqual(64);
});

it.each([{}, { host: null }, { host: [] }, JSON.parse('{"__proto__":{"host":{"name":"x"}}}')])(
  'takes %j',
  (metadata) => {
    expect(factsOf(metadata)).toEqual({});
  },
);

it('shows filters no secret', () => {
  const record = recordOf(agent({ replace_token: 'hidden', keys: { default_api_key_id: 'd' } }), 'online');
  expect(JSON.stringify(record)).not.toContain('hidden');
  expect(record).toMatchObject({ status: 'online', default_api_key_id: 'd', agent: { version: '9.0.0' } });
  expect(Object.keys(agentFields)).not.toContain('replace_token');
});

it('finds the host name', () => {
  expect(hostText(agent({ facts: { host: { hostname: 'h' } } }), 'hostname')).toBe('h');
  for (const facts of [{}, { host: 'h' }, { host: { hostname: 5 } }]) {
    expect(hostText(agent({ facts }), 'hostname')).toBeUndefined();
  }
});
