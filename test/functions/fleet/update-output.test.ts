import { describe, expect, it } from 'vitest';
import { findPolicy } from '../../../lib/fleet/policies.ts';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, givenPolicy, refusal, shown } from './settings.ts';

const { call } = kibana();
const update = (id: string, body: unknown) => call(`PUT /api/fleet/outputs/${id}`, { body });
const get = async (id: string) => (await call(`GET /api/fleet/outputs/${id}`)).body.item;

let count = 0;
async function given(fields: object): Promise<string> {
  const id = `output-${++count}`;
  const body = { id, name: 'n', type: 'elasticsearch', hosts: ['http://h'], ...fields };
  expect(shown(await call('POST /api/fleet/outputs', { body }))).toMatchObject({ status: 200 });
  return id;
}

const kafka = { type: 'kafka', hosts: ['b:9092'], auth_type: 'none', connection_type: 'plaintext' };

checksCallers(call, 'PUT /api/fleet/outputs/fleet-default-output', {
  named: 'fleet-settings-all',
  granted: ['feature_fleetv2.settings_all'],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.settings_read', 'feature_fleetv2.agent_policies_all'],
  body: {},
});

describe('changes', () => {
  it('what the body names, and nothing else', async () => {
    const id = await given({ config_yaml: 'a: 1', ssl: { certificate: 'C' } });
    const before = await get(id);
    const { status, body } = await update(id, { name: 'other', hosts: ['https://x'] });
    expect(status).toBe(200);
    expect(body.item).toEqual({ ...before, name: 'other', hosts: ['https://x:443'] });
    expect(await get(id)).toEqual(body.item);
    expect((await update(id, {})).body.item).toEqual(body.item);
    expect((await update(id, { ssl: null, shipper: null, config_yaml: null })).body.item).toEqual({
      ...(({ ssl: _, ...rest }) => rest)(body.item),
      shipper: null,
      config_yaml: null,
    });
  });

  it('the output that exists without being created', async () => {
    const { body } = await update('fleet-default-output', { hosts: ['http://es:9200'] });
    expect(body.item).toMatchObject({
      id: 'fleet-default-output',
      name: 'default',
      is_default: true,
      hosts: ['http://es:9200'],
    });
    expect(await get('fleet-default-output')).toEqual(body.item);
    const { body: list } = await call('GET /api/fleet/outputs');
    expect(list.items.filter(({ id }: { id: string }) => id === 'fleet-default-output')).toHaveLength(1);
  });

  it('the type: what only Kafka has is null afterwards', async () => {
    const id = await given({ ...kafka, topic: 't' });
    const { body } = await update(id, { type: 'elasticsearch', hosts: ['http://h'] });
    expect(body.item).toMatchObject({
      type: 'elasticsearch',
      hosts: ['http://h:80'],
      preset: 'balanced',
      topic: null,
      auth_type: null,
      compression_level: null,
      required_acks: null,
    });
    const back = await update(id, { ...kafka, name: 'k' });
    expect(back.body.item).toMatchObject({
      type: 'kafka',
      hosts: ['b:9092'],
      version: '1.0.0',
      compression: 'gzip',
      timeout: 30,
    });
  });

  it.each(['l.x:5044', '1.2.3.4:5044'])('the type, and leaves the host %s as it is', async (host) => {
    const id = await given({ type: 'logstash', hosts: [host] });
    const { status, body } = await update(id, { type: 'elasticsearch' });
    expect({ status, hosts: body.item?.hosts }).toEqual({ status: 200, hosts: [host] });
  });

  it('the type, and forgets a compression level that only gzip has', async () => {
    const id = await given({});
    const { body } = await update(id, { ...kafka, compression: 'snappy' });
    expect(body.item).toMatchObject({ compression: 'snappy', compression_level: null });
  });

  it('a field of Kafka, and takes user name and password away that the body does not name', async () => {
    const id = await given({
      ...kafka,
      auth_type: 'user_pass',
      connection_type: undefined,
      username: 'u',
      password: 'p',
    });
    expect((await update(id, { name: 'x' })).body.item).toMatchObject({ username: 'u', password: 'p' });
    expect((await update(id, { topic: 't' })).body.item).toMatchObject({ topic: 't', username: null, password: null });
  });

  it.each([
    [{ config_yaml: 'worker: 2' }, 'custom'],
    [{ config_yaml: 'other: 2' }, 'balanced'],
    [{}, 'balanced'],
    [{ preset: 'latency' }, 'latency'],
  ])('the preset, where the body says the type: %j', async (fields, preset) => {
    const id = await given({ preset: 'scale', config_yaml: 'worker: 1' });
    expect((await update(id, { type: 'elasticsearch', ...fields })).body.item.preset).toBe(preset);
    const other = await given({ preset: 'scale' });
    const { body } = await update(other, fields);
    expect(body.item.preset).toBe('preset' in fields ? preset : 'scale');
  });

  it('the default, which moves here', async () => {
    const id = await given({});
    expect((await update(id, { is_default: true })).body.item).toMatchObject({ is_default: true });
    expect(await get('fleet-default-output')).toMatchObject({ is_default: false, is_default_monitoring: true });
    expect((await update('fleet-default-output', { is_default: true })).status).toBe(200);
    expect(await get(id)).toMatchObject({ is_default: false });
  });

  it('many times at once, and loses nothing', async () => {
    const id = await given({});
    const changes = [{ name: 'x' }, { ca_sha256: 's' }, { config_yaml: 'b: 1' }, { allow_edit: ['name'] }];
    expect((await Promise.all(changes.map((body) => update(id, body)))).map(({ status }) => status)).toEqual([
      200, 200, 200, 200,
    ]);
    expect(await get(id)).toMatchObject(Object.assign({}, ...changes));
  });
});

describe('secrets', () => {
  it('stay where the body does not speak of them, and change where it does', async () => {
    const id = await given({ type: 'logstash', hosts: ['h:1'], secrets: { ssl: { key: 'one' } } });
    const { secrets } = await get(id);
    expect((await update(id, { name: 'x' })).body.item.secrets).toEqual(secrets);
    const { body } = await update(id, { type: 'logstash', secrets: { ssl: { key: 'two' } } });
    expect(body.item.secrets.ssl.key.id).not.toBe(secrets.ssl.key.id);
    expect((await update(id, { type: 'logstash', secrets: body.item.secrets })).body.item.secrets).toEqual(
      body.item.secrets,
    );
  });

  it('make room for a plain value', async () => {
    const id = await given({ type: 'remote_elasticsearch', secrets: { service_token: 's', kibana_api_key: 'k' } });
    const { kibana_api_key } = (await get(id)).secrets;
    const { body } = await update(id, { type: 'remote_elasticsearch', service_token: 'plain' });
    expect(body.item).toMatchObject({ service_token: 'plain', secrets: { kibana_api_key } });
    expect(body.item.secrets).not.toHaveProperty('service_token');
  });

  it('go with the type that has them', async () => {
    const id = await given({ type: 'remote_elasticsearch', secrets: { service_token: 's' } });
    expect((await update(id, { type: 'elasticsearch' })).body.item.secrets ?? {}).toEqual({});
  });

  it('are refused together with a plain value', async () => {
    const id = await given({ type: 'logstash', hosts: ['h:1'] });
    const body = { ssl: { key: 'k' }, secrets: { ssl: { key: 's' } } };
    expect(shown(await update(id, body))).toEqual(refusal(400, 'Cannot specify both ssl.key and secrets.ssl.key'));
  });
});

describe('refuses', () => {
  it('an output that is not there', async () => {
    expect(shown(await update('nope', { name: 'x' }))).toEqual(refusal(404, 'Output nope not found'));
  });

  it.each([{ is_default: false }, { is_default_monitoring: false }])('to leave no default: %j', async (body) => {
    const message =
      'Default output fleet-default-output cannot be set to is_default=false or is_default_monitoring=false manually. Make another output the default first.';
    expect(shown(await update('fleet-default-output', body))).toEqual(refusal(400, message));
  });

  it('a field of a preconfigured output, unless it may be edited', async () => {
    const id = await given({ is_preconfigured: true, allow_edit: ['hosts'] });
    const message = `Preconfigured output ${id} name cannot be updated outside of kibana config file.`;
    expect(shown(await update(id, { name: 'x' }))).toEqual(refusal(400, message));
    expect((await update(id, { name: 'n', hosts: ['http://other'] })).status).toBe(200);
  });

  it('reserved keys beside preset balanced', async () => {
    const id = await given({});
    const { status, body } = await update(id, { preset: 'balanced', config_yaml: 'worker: 1' });
    expect({ status, message: body.message.slice(0, 60) }).toEqual({
      status: 400,
      message: 'preset cannot be balanced when config_yaml contains one of b',
    });
  });

  it('what is no output, with four alternatives', async () => {
    const { status, body } = await update('fleet-default-output', { hosts: [] });
    expect(status).toBe(400);
    expect(body.message.split('\n')).toHaveLength(5);
  });

  it('another type while a policy works with Elasticsearch only', async () => {
    const id = await given({});
    await givenPolicy({ name: 'fleet servers', has_fleet_server: true, data_output_id: id });
    const message =
      'Kafka output cannot be used with Fleet Server integration in fleet servers. Please create a new Elasticsearch output.';
    expect(shown(await update(id, kafka))).toEqual(refusal(400, message));
  });
});

describe('policies', () => {
  it('that use the output get a new revision, others do not', async () => {
    const id = await given({});
    const [user, other] = [await givenPolicy({ data_output_id: id }), await givenPolicy({})];
    await update(id, { name: 'x' });
    expect((await findPolicy(user))?.revision).toBe(2);
    expect((await findPolicy(other))?.revision).toBe(1);
  });

  it('all get one when the default changes; what needs Elasticsearch keeps the old one', async () => {
    const [plain, agentless] = [await givenPolicy({}), await givenPolicy({ supports_agentless: true })];
    const id = await given(kafka);
    expect((await update(id, { is_default: true })).status).toBe(200);
    expect(await findPolicy(plain)).toMatchObject({ revision: 2 });
    expect((await findPolicy(plain))?.data_output_id).toBeUndefined();
    expect(await findPolicy(agentless)).toMatchObject({ data_output_id: 'fleet-default-output' });
  });
});
