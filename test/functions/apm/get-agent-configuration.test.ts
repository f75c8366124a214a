import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { agentConfigurations, core, invalid, notFound, PATH, shown } from './agent-configurations.ts';

const { call, given, view } = agentConfigurations();
const VIEW = `GET ${PATH}/view`;

describe('GET /api/apm/settings/agent-configuration/view', () => {
  it('answers the configuration of exactly the service and environment', async () => {
    const before = Date.now();
    const settings = { transaction_sample_rate: '0.5', capture_body: 'off' };
    await given({ name: 'node', environment: 'prod' }, settings, { agent_name: 'nodejs' });
    const { status, body, headers } = await view({ name: 'node', environment: 'prod' });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        id: expect.stringMatching(/^[\w-]{20}$/),
        agent_name: 'nodejs',
        service: { name: 'node', environment: 'prod' },
        settings,
        '@timestamp': expect.any(Number),
        applied_by_agent: false,
        etag: expect.stringMatching(/^[0-9a-f]{40}$/),
      },
    });
    expect(body['@timestamp']).toBeGreaterThanOrEqual(before);
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'elastic-api-version': '2023-10-31',
    });
  });

  it('answers 404 where only more general configurations exist', async () => {
    await given({ name: 'general' });
    await given({ environment: 'general-env' });
    expect(shown(await view({ name: 'general', environment: 'general-env' }))).toEqual(notFound);
  });

  it('takes an empty or absent name and environment for all services and environments', async () => {
    const named = await given({ name: 'only-name' });
    const all = await given({});
    expect((await call(`${VIEW}?name=only-name&environment=`)).body).toEqual(named);
    expect((await call(VIEW)).body).toEqual(all);
    expect((await call(`${VIEW}?name=&environment=`)).body).toEqual(all);
    expect(all.service).toEqual({});
    expect(all).not.toHaveProperty('agent_name');
  });

  it('is the same in every space', async () => {
    const configuration = await given({ name: 'spaced' });
    expect((await call(`GET /s/other${PATH}/view?name=spaced`)).body).toEqual(configuration);
  });

  it('ignores a body', async () => {
    const { status } = await call(`${VIEW}?name=none`, { body: '{"broken' });
    expect(status).toBe(404);
  });

  it('adds the debug list when asked', async () => {
    await given({ name: 'inspected' });
    expect((await call(`${VIEW}?name=inspected&_inspect=true`)).body._inspect).toEqual([]);
    expect((await call(`${VIEW}?name=inspected&_inspect=false`)).body).not.toHaveProperty('_inspect');
  });

  it.each([
    ['?foo=1', 'Excess keys are not allowed:\nquery.foo'],
    ['?foo=1&bar=2', 'Excess keys are not allowed:\nquery.foo\nquery.bar'],
    ['?name=a&name=b', 'in /query/name: ["a","b"] does not match expected type string'],
    [
      '?name=a&name=b&environment=c&environment=d&foo=1',
      'in /query/name: ["a","b"] does not match expected type string',
      'in /query/environment: ["c","d"] does not match expected type string',
    ],
    ['?_inspect=foo', 'in /query/_inspect: "foo" does not match expected type pipe(JSON, boolean)'],
    ['?_inspect=5', 'in /query/_inspect: 5 does not match expected type pipe(JSON, boolean)'],
    [
      '?_inspect=true&_inspect=false',
      'in /query/_inspect: ["true","false"] does not match expected type pipe(JSON, boolean)',
    ],
  ])('refuses %s', async (query, ...lines) => {
    const answer = await call(`${VIEW}${query}`);
    expect(shown(answer)).toEqual(invalid(...lines));
    expect(answer.headers['elastic-api-version']).toBe('2023-10-31');
  });

  it.each([
    ['1', 'Invalid version. Received "1", expected a valid date string formatted as YYYY-MM-DD.'],
    [
      '2024-01-01',
      'No version "2024-01-01" available for [get] [/api/apm/settings/agent-configuration/view]. Available versions are: [2023-10-31]',
    ],
  ])('refuses API version %s', async (version, message) => {
    const answer = await call(VIEW, { headers: { 'elastic-api-version': version } });
    expect(shown(answer)).toEqual(core(400, 'Bad Request', message));
  });

  it('refuses callers without the privilege, before it looks at the query', async () => {
    const as = await givenUser('no-apm', { kibana: ['feature_discover.all'] });
    expect(shown(await call(`${VIEW}?x=y`, { as }))).toEqual(
      core(
        403,
        'Forbidden',
        `API [${VIEW}?x=y] is unauthorized for user, this action is granted by the Kibana privileges [apm]`,
      ),
    );
    expect((await call(VIEW, { as: null })).status).toBe(401);
  });

  it.each(['feature_apm.read', 'feature_apm.minimal_read', 'feature_apm.all'])(
    'answers who has %s',
    async (granted) => {
      const as = await givenUser(granted, { kibana: [granted] });
      expect(shown(await call(`${VIEW}?name=nothing`, { as }))).toEqual(notFound);
    },
  );
});
