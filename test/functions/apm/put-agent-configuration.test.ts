import { describe, expect, it } from 'vitest';
import { basic, givenUser } from '../../support/callers.ts';
import { agentConfigurations, badRequest, core, invalid, PATH, SERVICE, shown } from './agent-configurations.ts';

const { call, send, put, given, view, search } = agentConfigurations();
const PUT = `PUT ${PATH}`;
const done = { status: 200, body: {} };
const texts = '{ [K in string]: string }';

describe('PUT /api/apm/settings/agent-configuration', () => {
  it('creates, and replaces only when told so', async () => {
    const body = { service: { name: 'a', environment: 'b' }, settings: { recording: 'true' } };
    expect(shown(await call(PUT, { body }))).toEqual(done);
    const text =
      'A configuration already exists for "a/b. Use ?overwrite=true to overwrite the existing configuration.';
    for (const query of ['', '?overwrite=false', '?overwrite=TRUE', '?overwrite=true&overwrite=true']) {
      expect(shown(await call(`${PUT}${query}`, { body }))).toEqual(badRequest(text));
    }
    expect(shown(await call(`${PUT}?overwrite=true`, { body }))).toEqual(done);
  });

  it('prints absent parts of an existing configuration as undefined', async () => {
    const body = { service: {}, settings: {} };
    await call(PUT, { body });
    expect((await call(PUT, { body })).body.message).toBe(
      'A configuration already exists for "undefined/undefined. Use ?overwrite=true to overwrite the existing configuration.',
    );
  });

  it('replaces the whole record but for its id', async () => {
    const was = await given({ name: 'replaced' }, { capture_body: 'all' }, { agent_name: 'go' });
    await search({ service: { name: 'replaced' }, mark_as_applied_by_agent: true });
    const is = await given({ name: 'replaced' }, { recording: 'false' });
    expect(is).toEqual({
      id: was.id,
      service: { name: 'replaced' },
      settings: { recording: 'false' },
      '@timestamp': expect.any(Number),
      applied_by_agent: false,
      etag: expect.not.stringMatching(was.etag),
    });
  });

  it('keeps one record for each service and environment, whoever writes at the same time', async () => {
    const body = (rate: number) => ({ service: { name: 'raced' }, settings: { transaction_sample_rate: `0.${rate}` } });
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((rate) => call(PUT, { body: body(rate) })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400]);
    const overwrites = await Promise.all([1, 2, 3, 4, 5, 6].map((rate) => put({ name: 'raced' }, body(rate).settings)));
    expect(overwrites.map(({ status }) => status)).toEqual(Array(6).fill(200));
    const { body: list } = await call(`GET ${PATH}`);
    const raced = list.configurations.filter(({ service }: { service: { name?: string } }) => service.name === 'raced');
    expect(raced).toHaveLength(1);
  });

  it('keeps names of any form and length apart', async () => {
    const names = ['x'.repeat(3_000), '\ud800', '["x",null]', 'ü\u0000'];
    for (const name of names) expect((await put({ name })).status).toBe(200);
    const found = await Promise.all(names.map((name) => search({ service: { name } })));
    expect(found.map(({ body }) => body._source.service.name)).toEqual(names);
  });

  it('keeps settings of a megabyte', async () => {
    const settings = {
      sanitize_field_names: Array.from({ length: 60_000 }, (_, index) => `${index * 7_919}`).join(','),
    };
    await given({ name: 'large' }, settings);
    expect((await view({ name: 'large' })).body.settings).toEqual(settings);
  });

  it.each([
    ['no service', { settings: {} }, `in /1/service: undefined does not match expected type ${SERVICE}`],
    [
      'a service that is no object',
      { service: 5, settings: {} },
      `in /1/service: 5 does not match expected type ${SERVICE}`,
    ],
    [
      'a name that is no text',
      { service: { name: 5 }, settings: {} },
      'in /1/service/name: 5 does not match expected type string',
    ],
    [
      'an agent name that is no text',
      { agent_name: 1, service: {}, settings: {} },
      'in /1/agent_name: 1 does not match expected type string',
    ],
    [
      'a setting that is no text',
      { service: {}, settings: { a: 5 } },
      'in /1/a: 5 does not match expected type string',
    ],
    [
      'a known setting that is no text',
      { service: {}, settings: { transaction_sample_rate: 5 } },
      'in /1/transaction_sample_rate: 5 does not match expected type string',
      'in /1/transaction_sample_rate: 5 does not match expected type floatThreeDecimalPlacesRt',
    ],
    [
      'settings out of range',
      { service: {}, settings: { transaction_sample_rate: '1.5', recording: 'x' } },
      'in /1/recording: "x" does not match expected type "true"',
      'in /1/recording: "x" does not match expected type "false"',
      'Must be a number between 0.000 and 1',
    ],
    [
      'keys nobody knows',
      { service: { a: 1 }, settings: {}, b: 1 },
      'Excess keys are not allowed:\nbody.service.a\nbody.b',
    ],
  ])('refuses %s', async (_name: string, body: unknown, ...lines: string[]) => {
    expect(shown(await call(PUT, { body }))).toEqual(invalid(...lines));
  });

  it('refuses bodies without service and settings by all the types they should have', async () => {
    const message = async (body?: unknown) => (await call(PUT, { body })).body.message.split('\n');
    expect((await message({})).slice(0, 3)).toEqual([
      'Failed to validate: ',
      `  in /1/service: undefined does not match expected type ${SERVICE}`,
      `  in /1: undefined does not match expected type ${texts}`,
    ]);
    expect((await message({ service: {}, settings: 5 }))[1]).toBe(`  in /1: 5 does not match expected type ${texts}`);
    const [, first, second] = await message();
    expect(first).toBe('  in /1: undefined does not match expected type Partial<{ agent_name: string }>');
    expect(second).toMatch(/^ {2}in \/1: undefined does not match expected type \{ service: Partial<\{ name: string, /);
  });

  it('refuses keys nobody knows in the query', async () => {
    const answer = await call(`${PUT}?foo=1`, { body: { service: {}, settings: {} } });
    expect(shown(answer)).toEqual(invalid('Excess keys are not allowed:\nquery.foo'));
  });

  it.each([
    [
      'what is wrong in the body, and no unknown key of the query',
      '?foo=1',
      { service: { name: 1 }, settings: {} },
      'in /1/service/name: 1 does not match expected type string',
    ],
    [
      'what is wrong in query and body',
      '?_inspect=foo',
      { service: { name: 1 }, settings: {} },
      'in /0/query/_inspect: "foo" does not match expected type pipe(JSON, boolean)\n  in /1/service/name: 1 does not match expected type string',
    ],
    [
      'unknown keys of query and body',
      '?foo=1',
      { service: { foo: 1 }, settings: {}, bar: 1 },
      'Excess keys are not allowed:\nquery.foo\nbody.service.foo\nbody.bar',
    ],
  ])('tells %s', async (_name, query, body, message) => {
    expect(shown(await call(`PUT /api/apm/settings/agent-configuration${query}`, { body }))).toEqual(invalid(message));
  });

  it('needs both privileges, and names the one that is missing', async () => {
    const text = (privileges: string) =>
      `API [${PUT}] is unauthorized for user, this action is granted by the Kibana privileges [${privileges}]`;
    const body = { service: { name: 'denied' }, settings: {} };
    for (const [granted, missing] of [
      ['feature_apm.read', 'apm_settings_write'],
      ['feature_apm.minimal_all', 'apm_settings_write'],
      ['feature_discover.all', 'apm,apm_settings_write'],
    ] as const) {
      const as = await givenUser(granted, { kibana: [granted] });
      expect(shown(await call(PUT, { as, body }))).toEqual(core(403, 'Forbidden', text(missing)));
    }
    const as = await givenUser('settings-save', { kibana: ['feature_apm.minimal_read', 'feature_apm.settings_save'] });
    expect(shown(await call(PUT, { as, body }))).toEqual(done);
  });

  it.each(['PUT', 'DELETE'])('%s needs the XSRF header', async (method) => {
    const headers = { authorization: basic('elastic'), 'content-type': 'application/json' };
    expect(shown(await send({ method, url: PATH, headers, body: '{}' }))).toEqual(
      core(400, 'Bad Request', 'Request must contain a kbn-xsrf header.'),
    );
  });
});
