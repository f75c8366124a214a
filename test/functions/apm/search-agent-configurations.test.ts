import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { agentConfigurations, invalid, PATH, SERVICE, shown } from './agent-configurations.ts';

const { call, put, given, view, search, remove } = agentConfigurations();
const SEARCH = `POST ${PATH}/search`;

describe('POST /api/apm/settings/agent-configuration/search', () => {
  it('finds nothing', async () => {
    expect(shown(await search({ service: { name: 'nobody' } }))).toEqual({ status: 200, body: {} });
  });

  it('prefers name and environment over the name, over the environment, over all', async () => {
    const levels = [{ name: 'n', environment: 'e' }, { name: 'n' }, { environment: 'e' }, {}];
    for (const service of levels) await given(service);
    await given({ name: 'n', environment: 'other' });
    for (const [index, service] of levels.entries()) {
      const { id, ...source } = (await view(service)).body;
      expect((await search({ service: { name: 'n', environment: 'e' } })).body).toEqual({
        _index: '.apm-agent-configuration',
        _id: id,
        _score: 3 - index,
        _source: source,
      });
      await remove(service);
    }
    expect((await search({ service: { name: 'n', environment: 'e' } })).body).toEqual({});
  });

  it.each([
    ['without an environment, no configuration of one', { name: 'special' }],
    ['of another environment', { name: 'special', environment: 'test' }],
    ['without a name', { environment: 'prod' }],
  ])('takes for a service %s', async (_name, service) => {
    await put({ name: 'special', environment: 'prod' });
    expect((await search({ service })).body).toEqual({});
  });

  it('marks a configuration as applied once the agent names its etag, and answers it as it was', async () => {
    const service = { name: 'polled' };
    const { etag } = await given(service);
    expect((await search({ service, etag: 'old' })).body._source.applied_by_agent).toBe(false);
    expect((await view(service)).body.applied_by_agent).toBe(false);
    expect((await search({ service, etag })).body._source.applied_by_agent).toBe(false);
    const applied = (await view(service)).body;
    expect(applied.applied_by_agent).toBe(true);
    expect((await search({ service, etag })).body._source.applied_by_agent).toBe(true);
    expect((await view(service)).body).toEqual(applied);
  });

  it('marks it without an etag when told so', async () => {
    const service = { name: 'forced' };
    const { id, etag } = await given(service);
    await search({ service, mark_as_applied_by_agent: true });
    expect((await view(service)).body).toMatchObject({ id, etag, applied_by_agent: true });
  });

  it('never marks what replaced the configuration that the agent got', async () => {
    const service = { name: 'replaced-meanwhile' };
    const { etag } = await given(service, { recording: 'true' });
    await Promise.all([search({ service, etag }), put(service, { recording: 'false' }), search({ service, etag })]);
    expect((await view(service)).body).toMatchObject({ settings: { recording: 'false' }, applied_by_agent: false });
  });

  it.each([
    [
      'no body',
      undefined,
      `in : undefined does not match expected type { service: ${SERVICE} }`,
      'in : undefined does not match expected type Partial<{ etag: string, mark_as_applied_by_agent: boolean }>',
    ],
    ['no service', {}, `in /service: undefined does not match expected type ${SERVICE}`],
    [
      'wrong types',
      { service: { name: 1 }, etag: 1, mark_as_applied_by_agent: 'x' },
      'in /service/name: 1 does not match expected type string',
      'in /etag: 1 does not match expected type string',
      'in /mark_as_applied_by_agent: "x" does not match expected type boolean',
    ],
    ['keys nobody knows', { service: {}, error: 'x' }, 'Excess keys are not allowed:\nbody.error'],
  ])('refuses %s', async (_name: string, body: unknown, ...lines: string[]) => {
    expect(shown(await call(SEARCH, { body }))).toEqual(invalid(...lines));
  });

  it('needs no more than the privilege to read', async () => {
    const as = await givenUser('apm-server', { kibana: ['feature_apm.read'] });
    expect((await call(SEARCH, { as, body: { service: { name: 'any' } } })).status).toBe(200);
  });
});
