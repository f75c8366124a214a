import { describe, expect, it } from 'vitest';
import { findPolicy } from '../../../lib/fleet/policies.ts';
import { kibana } from '../../support/kibana.ts';
import { endsSoon } from '../../support/soon.ts';
import { checksCallers, givenPolicy, refusal, shown } from './settings.ts';

const { call } = kibana();
const OUTPUTS = 'POST /api/fleet/outputs';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const create = (body: unknown) => call(OUTPUTS, { body });
const item = async (body: unknown) => {
  const answer = await create(body);
  expect(shown(answer)).toMatchObject({ status: 200 });
  return answer.body.item;
};

const elasticsearch = { name: 'es', type: 'elasticsearch', hosts: ['http://es'] };
const remote = { name: 'remote', type: 'remote_elasticsearch', hosts: ['https://remote:9200/'] };
const logstash = { name: 'logstash', type: 'logstash', hosts: ['ls1:5044'] };
const kafka = { name: 'kafka', type: 'kafka', hosts: ['b1:9092'], auth_type: 'none', connection_type: 'plaintext' };

checksCallers(call, OUTPUTS, {
  named: 'fleet-settings-all',
  granted: ['feature_fleetv2.all', 'feature_fleetv2.settings_all', 'all'],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.settings_read', 'feature_fleetv2.read', 'read'],
  body: {},
});

const others = (...except: number[]) =>
  ['elasticsearch', 'remote_elasticsearch', 'logstash', 'kafka'].flatMap((type, index) =>
    except.includes(index) ? [] : [`- [request body.${index}.type]: expected value to equal [${type}]`],
  );
const union = (lines: string[]) => {
  const sorted = lines.toSorted((one, other) => Number(one[16]) - Number(other[16]));
  return `[request body]: types that failed validation:\n${sorted.join('\n')}`;
};

describe('refuses what is not an output', () => {
  const names = [0, 1, 2, 3].map(
    (n) => `- [request body.${n}.name]: expected value of type [string] but got [undefined]`,
  );
  const es = (problem: string) => union([`- [request body.0.${problem}`, ...others(0)]);
  const ls = (problem: string) => union([`- [request body.2.${problem}`, ...others(2)]);
  const kf = (problem: string) => union([`- [request body.3.${problem}`, ...others(3)]);
  const never = "a value wasn't expected to be present";
  const orNull = (branch: number, path: string, problem: string) =>
    [
      `${path}]: types that failed validation:`,
      ` - [request body.${branch}.${path}.0]: ${problem}`,
      ` - [request body.${branch}.${path}.1]: expected value to equal [null]`,
    ].join('\n');
  const neverBut = (branch: number, path: string) => orNull(branch, path, never);
  const nullable = (branch: number, path: string, type: string, found: string) =>
    orNull(branch, path, `expected value of type [${type}] but got [${found}]`);
  const { connection_type: _, ...noConnection } = kafka;
  const userPass = { ...noConnection, auth_type: 'user_pass' };

  it.each<[string, unknown, string]>([
    ['an empty body', {}, union(names)],
    ['another type', { name: 'a', type: 'foo', hosts: ['http://h'] }, union(others())],
    [
      'a host without scheme',
      { ...elasticsearch, hosts: ['h:9200'] },
      es('hosts.0]: expected URI with scheme [http|https].'),
    ],
    [
      'another scheme',
      { ...elasticsearch, hosts: ['ftp://h'] },
      es('hosts.0]: expected URI with scheme [http|https].'),
    ],
    [
      'a port too large',
      { ...elasticsearch, hosts: ['http://h:70000'] },
      es('hosts.0]: expected URI with scheme [http|https].'),
    ],
    ['no hosts', { ...elasticsearch, hosts: [] }, es('hosts]: array size is [0], but cannot be smaller than [1]')],
    ['a key of Kafka', { ...elasticsearch, topic: 't' }, es('topic]: definition for this key is missing')],
    ['secrets of Elasticsearch', { ...elasticsearch, secrets: {} }, es('secrets]: definition for this key is missing')],
    [
      'a flag that is none',
      { ...elasticsearch, is_default: 'yes' },
      es('is_default]: expected value of type [boolean] but got [string]'),
    ],
    [
      'a preset that is none',
      { ...elasticsearch, preset: 'x' },
      es(
        [
          'preset]: types that failed validation:',
          ...['balanced', 'custom', 'throughput', 'scale', 'latency'].map(
            (preset, index) => ` - [request body.0.preset.${index}]: expected value to equal [${preset}]`,
          ),
        ].join('\n'),
      ),
    ],
    [
      'no connection_type before an unknown key',
      { ...noConnection, zzz: 1 },
      kf('connection_type]: expected at least one defined value but got [undefined]'),
    ],
    [
      'no connection_type before a later field',
      { ...noConnection, topic: 1 },
      kf('connection_type]: expected at least one defined value but got [undefined]'),
    ],
    [
      'an earlier field before connection_type',
      { ...noConnection, key: 1 },
      kf('key]: expected value of type [string] but got [number]'),
    ],
    ['a preset of Logstash', { ...logstash, preset: 'balanced' }, ls('preset]: definition for this key is missing')],
    [
      'a Logstash address with scheme',
      { ...logstash, hosts: ['https://h:5044'] },
      ls('hosts.0]: Host address must begin with a domain name or IP address'),
    ],
    ['a Logstash address that is none', { ...logstash, hosts: ['a b'] }, ls('hosts.0]: Invalid Logstash host')],
    ['a Logstash address with a path', { ...logstash, hosts: ['h:5044/x'] }, ls('hosts.0]: Invalid host')],
    [
      'a broker without port',
      { ...kafka, hosts: ['h'] },
      kf('hosts.0]: Invalid format. Expected "host:port" without protocol'),
    ],
    [
      'a broker with scheme',
      { ...kafka, hosts: ['http://h:1'] },
      kf('hosts.0]: Invalid format. Expected "host:port" without protocol'),
    ],
    [
      'a broker at port 0',
      { ...kafka, hosts: ['h:0'] },
      kf('hosts.0]: Invalid port number. Expected a number between 1 and 65535'),
    ],
    [
      'a broker at a port too large',
      { ...kafka, hosts: ['h:65536'] },
      kf('hosts.0]: Invalid port number. Expected a number between 1 and 65535'),
    ],
    [
      'auth_type none without connection_type',
      { ...noConnection, auth_type: 'none' },
      kf('connection_type]: expected at least one defined value but got [undefined]'),
    ],
    [
      'a field of a shipper',
      { ...elasticsearch, shipper: { loadbalance: 'x' } },
      es(
        [
          'shipper]: types that failed validation:',
          ' - [request body.0.shipper.0]: expected value to equal [null]',
          ` - [request body.0.${nullable(0, 'shipper.1.loadbalance', 'boolean', 'string').replaceAll('\n', '\n ')}`,
        ].join('\n'),
      ),
    ],
    ['connection_type with another auth_type', { ...kafka, auth_type: 'ssl' }, kf(`connection_type]: ${never}`)],
    ['a user name without user_pass', { ...kafka, username: 'u' }, kf(neverBut(3, 'username'))],
    ['a user name that is none', { ...userPass, username: 1 }, kf(nullable(3, 'username', 'string', 'number'))],
    ['a password without user name', { ...userPass, password: 'p' }, kf(neverBut(3, 'password'))],
    [
      'a password beside a secret one',
      { ...userPass, username: 'u', password: 'p', secrets: { password: 's' } },
      kf(neverBut(3, 'password')),
    ],
    [
      'gzip without level',
      { ...kafka, compression: 'gzip' },
      kf('compression_level]: expected value of type [number] but got [undefined]'),
    ],
    ['a level without gzip', { ...kafka, compression_level: 3 }, kf(`compression_level]: ${never}`)],
    [
      'a level with snappy',
      { ...kafka, compression: 'snappy', compression_level: 3 },
      kf(`compression_level]: ${never}`),
    ],
    [
      'secrets.ssl without key',
      { ...kafka, secrets: { ssl: {} } },
      kf('secrets.ssl.key]: expected at least one defined value but got [undefined]'),
    ],
  ])('%s', async (_name, body, message) => {
    expect(shown(await create(body))).toEqual(refusal(400, message));
  });

  it('a preset that is none, with one line for each that is', async () => {
    const { status, body } = await create({ ...elasticsearch, preset: 'x' });
    const presets = ['balanced', 'custom', 'throughput', 'scale', 'latency'];
    expect(status).toBe(400);
    expect(body.message.split('\n').map((line: string) => line.trim())).toEqual([
      '[request body]: types that failed validation:',
      '- [request body.0.preset]: types that failed validation:',
      ...presets.map((preset, index) => `- [request body.0.preset.${index}]: expected value to equal [${preset}]`),
      ...others(0),
    ]);
  });

  it('no body, and what is not JSON', async () => {
    expect((await call(OUTPUTS)).status).toBe(400);
    expect(shown(await create('{'))).toEqual(refusal(400, 'Invalid request payload JSON format'));
  });
});

describe('refuses what the rules forbid', () => {
  const reserved =
    'preset cannot be balanced when config_yaml contains one of bulk_max_size, compression_level, connection_idle_timeout, queue.mem.events, queue.mem.flush.min_events, queue.mem.flush.timeout, worker';
  it.each<[string, unknown, string]>([
    [
      'ssl.key twice',
      { ...logstash, ssl: { key: 'k' }, secrets: { ssl: { key: 's' } } },
      'Cannot specify both ssl.key and secrets.ssl.key',
    ],
    [
      'service_token twice',
      { ...remote, service_token: 't', secrets: { service_token: 's' } },
      'Cannot specify both service_token and secrets.service_token',
    ],
    [
      'kibana_api_key twice',
      { ...remote, kibana_api_key: 't', secrets: { kibana_api_key: { id: 's' } } },
      'Cannot specify both kibana_api_key and secrets.kibana_api_key',
    ],
    [
      'a reserved key beside preset balanced',
      { ...elasticsearch, preset: 'balanced', config_yaml: 'worker: 2' },
      reserved,
    ],
    ['a nested one', { ...remote, preset: 'balanced', config_yaml: 'queue:\n  mem:\n    events: 5' }, reserved],
    ['one in a bare text', { ...elasticsearch, preset: 'balanced', config_yaml: 'my bulk_max_size' }, reserved],
  ])('%s', async (_name, body, message) => {
    expect(shown(await create(body))).toEqual(refusal(400, message));
  });

  it.each(['a: [', 'a: 1\na: 2', '&a [*a]\n: x: y', '__proto__: {x: 1}', '['.repeat(20_000)])(
    'config_yaml that is not YAML: %#',
    async (config_yaml) => {
      const { status, body } = await create({ ...elasticsearch, config_yaml });
      expect({ status, error: body.error }).toEqual({ status: 400, error: 'Bad Request' });
      expect(body.message).not.toBe('');
    },
  );

  it('60,000 keys of config_yaml in no time', async () => {
    const config_yaml = Array.from({ length: 60_000 }, (_, index) => `k${index}: v`).join('\n');
    const { status } = await endsSoon(() => create({ ...elasticsearch, config_yaml }));
    expect(status).toBe(200);
  });
});

describe('creates', () => {
  it('an Elasticsearch output with its defaults', async () => {
    expect(await item({ ...elasticsearch, id: 'es-2', name: 'ESoutput', hosts: ['https://test.fr'] })).toEqual({
      id: 'es-2',
      name: 'ESoutput',
      type: 'elasticsearch',
      hosts: ['https://test.fr:443'],
      is_default: false,
      is_default_monitoring: false,
      preset: 'balanced',
    });
  });

  it.each([
    ['http://h', 'http://h:80'],
    ['https://h/', 'https://h:443'],
    ['http://H.Example:9200/a/b?q=1#f', 'http://h.example:9200/a/b'],
    ['https://user:pass@h:1/', 'https://h:1'],
    ['http://[::1]', 'http://[::1]:80'],
  ])('the host %s as %s', async (given, stored) => {
    expect((await item({ ...elasticsearch, hosts: [given] })).hosts).toEqual([stored]);
    expect((await item({ ...remote, hosts: [given] })).hosts).toEqual([stored]);
  });

  it('without id under a random one, and without asking for the name to be new', async () => {
    const [one, other] = [await item(elasticsearch), await item(elasticsearch)];
    expect(one.id).toMatch(UUID);
    expect(other.id).toMatch(UUID);
    expect(one.id).not.toBe(other.id);
    expect((await item({ ...elasticsearch, name: '', id: '' })).id).toMatch(UUID);
  });

  it.each([
    ['worker: 2', 'custom'],
    ['queue.mem.events: 1', 'custom'],
    ['other: 2', 'balanced'],
    ['# nothing', 'balanced'],
  ])('with config_yaml %j the preset %s', async (config_yaml, preset) => {
    expect((await item({ ...elasticsearch, config_yaml })).preset).toBe(preset);
    expect(await item({ ...remote, config_yaml })).not.toHaveProperty('preset');
  });

  it('a shipper as it is sent, with the defaults of its fields', async () => {
    expect((await item({ ...elasticsearch, shipper: { loadbalance: true } })).shipper).toEqual({
      disk_queue_enabled: false,
      disk_queue_path: null,
      disk_queue_max_size: null,
      disk_queue_encryption_enabled: null,
      disk_queue_compression_enabled: null,
      compression_level: null,
      loadbalance: true,
      mem_queue_events: null,
      queue_flush_timeout: null,
      max_batch_bytes: null,
    });
    expect((await item({ ...elasticsearch, shipper: null })).shipper).toBeNull();
  });

  it('ssl and proxy_id only where they say something', async () => {
    const created = await item({ ...elasticsearch, ssl: null, proxy_id: '' });
    expect(created).not.toHaveProperty('ssl');
    expect(created).not.toHaveProperty('proxy_id');
    const ssl = { certificate: 'CERT', certificate_authorities: ['CA1'], key: 'KEY', verification_mode: 'strict' };
    expect(await item({ ...elasticsearch, ssl, proxy_id: 'any' })).toMatchObject({ ssl, proxy_id: 'any' });
  });

  it('a Logstash output whose secret becomes a reference', async () => {
    const ssl = { certificate: 'CERT', certificate_authorities: ['CA1'] };
    const created = await item({ ...logstash, ssl, secrets: { ssl: { key: 'SECRETKEY' } } });
    expect(created).toEqual({
      id: expect.stringMatching(UUID),
      name: 'logstash',
      type: 'logstash',
      hosts: ['ls1:5044'],
      is_default: false,
      is_default_monitoring: false,
      secrets: { ssl: { key: { id: expect.stringMatching(UUID) } } },
      ssl,
    });
    const { text } = await call(`GET /api/fleet/outputs/${created.id}`);
    expect(text).not.toContain('SECRETKEY');
  });

  it('a remote output, references unchecked', async () => {
    const secrets = { service_token: { id: 'known' }, kibana_api_key: 'K' };
    expect(await item({ ...remote, kibana_url: 'http://k', sync_integrations: true, secrets })).toMatchObject({
      hosts: ['https://remote:9200'],
      kibana_url: 'http://k',
      sync_integrations: true,
      secrets: { service_token: { id: 'known' }, kibana_api_key: { id: expect.stringMatching(UUID) } },
    });
    expect(await item({ ...remote, service_token: 'plain' })).toMatchObject({ service_token: 'plain' });
  });

  it('a Kafka output with its defaults', async () => {
    expect(await item({ ...kafka, id: 'kafka-1' })).toEqual({
      id: 'kafka-1',
      name: 'kafka',
      type: 'kafka',
      hosts: ['b1:9092'],
      is_default: false,
      is_default_monitoring: false,
      auth_type: 'none',
      connection_type: 'plaintext',
      username: null,
      password: null,
      version: '1.0.0',
      compression: 'gzip',
      compression_level: 4,
      client_id: 'Elastic',
      partition: 'hash',
      timeout: 30,
      broker_timeout: 10,
      required_acks: 1,
    });
  });

  it.each<[string, object, object]>([
    [
      '0 as no value, but for required_acks',
      { timeout: 0, broker_timeout: 0, client_id: '', required_acks: 0 },
      { timeout: 30, broker_timeout: 10, client_id: 'Elastic', required_acks: 0 },
    ],
    ['level 0 of gzip', { compression: 'gzip', compression_level: 0 }, { compression: 'gzip', compression_level: 4 }],
    ['random partitions', { partition: 'random' }, { partition: 'random', random: { group_events: 1 } }],
    [
      'round robin',
      { partition: 'round_robin', round_robin: { group_events: 0 } },
      { round_robin: { group_events: 1 } },
    ],
    ['numbers as texts', { timeout: '60', required_acks: -1 }, { timeout: 60, required_acks: -1 }],
    [
      'headers and hash',
      { headers: [{ key: 'a', value: 'b' }], hash: { hash: 'x', random: true } },
      { headers: [{ key: 'a', value: 'b' }], hash: { hash: 'x', random: true } },
    ],
  ])('Kafka with %s', async (_name, fields, expected) => {
    expect(await item({ ...kafka, ...fields })).toMatchObject(expected);
  });

  it('Kafka with user and password: PLAIN unless another mechanism is named', async () => {
    const { connection_type: _, ...base } = { ...kafka, auth_type: 'user_pass', username: 'u' };
    expect(await item({ ...base, password: 'p' })).toMatchObject({ password: 'p', sasl: { mechanism: 'PLAIN' } });
    expect(await item({ ...base, password: 'p', sasl: { mechanism: 'SCRAM-SHA-256' } })).toMatchObject({
      sasl: { mechanism: 'SCRAM-SHA-256' },
    });
    const secret = await item({ ...base, secrets: { password: 'p' } });
    expect(secret).toMatchObject({ password: null, secrets: { password: { id: expect.stringMatching(UUID) } } });
    expect(secret).not.toHaveProperty('sasl');
    const { username: __, ...nobody } = base;
    expect((await item(nobody)).username).toBeNull();
  });

  it('a body near the limit, byte for byte', async () => {
    const config_yaml = `# ${'ä'.repeat(400_000)}`;
    const created = await item({ ...elasticsearch, config_yaml });
    expect((await call(`GET /api/fleet/outputs/${created.id}`)).body.item.config_yaml).toBe(config_yaml);
  });
});

describe('ids', () => {
  it('that are taken are a conflict, told by the id of the record', async () => {
    await item({ ...elasticsearch, id: 'python.org' });
    // The UUID v5 of python.org that every implementation knows.
    const message = 'Saved object [ingest-outputs/886313e1-3b8a-5372-9b90-0c9aee199e5d] conflict';
    expect(shown(await create({ ...elasticsearch, id: 'python.org' }))).toEqual(refusal(409, message));
  });

  it('that hold a UUID are the id of the record', async () => {
    const id = 'x-0a1b2c3d-0000-4000-8000-000000000000';
    expect((await item({ ...elasticsearch, id })).id).toBe(id);
    expect(shown(await create({ ...elasticsearch, id }))).toEqual(
      refusal(409, `Saved object [ingest-outputs/${id}] conflict`),
    );
  });

  it('that no key can hold are refused', async () => {
    const id = `${'x'.repeat(2_000)}0a1b2c3d-0000-4000-8000-000000000000`;
    expect((await create({ ...elasticsearch, id })).status).toBe(400);
  });

  it('of the output that exists without being created are taken', async () => {
    expect((await create({ ...elasticsearch, id: 'fleet-default-output', is_default: true })).status).toBe(409);
  });
});

describe('the default', () => {
  const defaults = async () => {
    const { body } = await call('GET /api/fleet/outputs');
    const ids = (flag: string) =>
      body.items.filter((each: Record<string, unknown>) => each[flag]).map(({ id }: { id: string }) => id);
    return { data: ids('is_default'), monitoring: ids('is_default_monitoring') };
  };

  it('moves to a new output that is to be it, each role by itself', async () => {
    expect(await defaults()).toEqual({ data: ['fleet-default-output'], monitoring: ['fleet-default-output'] });
    await item({ ...elasticsearch, id: 'mine', is_default: true });
    expect(await defaults()).toEqual({ data: ['mine'], monitoring: ['fleet-default-output'] });
    await item({ ...elasticsearch, id: 'monitor', is_default_monitoring: true });
    expect(await defaults()).toEqual({ data: ['mine'], monitoring: ['monitor'] });
  });

  it('stays where it was when the id is taken', async () => {
    const before = await defaults();
    const again = { ...elasticsearch, id: 'monitor', is_default: true, is_default_monitoring: true };
    expect((await create(again)).status).toBe(409);
    expect(await defaults()).toEqual(before);
  });

  it('is not kept for policies that need Elasticsearch by an output whose id is taken', async () => {
    const policy = await givenPolicy({ supports_agentless: true });
    await item({ ...kafka, id: 'taken' });
    expect((await create({ ...kafka, id: 'taken', is_default: true })).status).toBe(409);
    expect((await findPolicy(policy))?.data_output_id).toBeUndefined();
  });

  it('is exactly one, however many want to be it at once', async () => {
    const many = Array.from({ length: 8 }, (_, index) => ({
      ...elasticsearch,
      id: `rival-${index}`,
      is_default: true,
    }));
    const answers = await Promise.all(many.map(create));
    expect(answers.map(({ status }) => status)).toEqual(many.map(() => 200));
    const { data } = await defaults();
    expect(data).toHaveLength(1);
    expect(many.map(({ id }) => id)).toContain(data[0]);
  });

  it('stays where a preconfigured output has it, unless that may be edited', async () => {
    await item({ ...elasticsearch, id: 'fixed', is_default: true, is_preconfigured: true });
    const message = 'Preconfigured output fixed is_default cannot be updated outside of kibana config file.';
    expect(shown(await create({ ...elasticsearch, is_default: true }))).toEqual(refusal(400, message));
    const { data } = await defaults();
    expect(data).toEqual(['fixed']);
  });
});
