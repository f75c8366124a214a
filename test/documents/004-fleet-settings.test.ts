import { beforeAll, describe, expect, it } from 'vitest';
import { apache, upload, zipOf } from '../functions/fleet/packages.ts';
import { basic } from '../support/callers.ts';
import { kibana } from '../support/kibana.ts';

/**
 * The examples of the API document for outputs, download sources, Fleet Server hosts and packages, as its curl lines send
 * them; lists whose entries the document's text lost have the entry that its own sample of the first body shows.
 */
const { call, send } = kibana();

/** `curl --request … --header … --data …`, with credentials, which the document leaves to the reader. */
async function curl(method: string, path: string, headers: Record<string, string> = {}, data?: string) {
  const { status, body } = await send({
    method,
    url: path,
    headers: { authorization: basic('elastic'), ...headers },
    ...(data !== undefined && { body: data }),
  });
  return { status, body };
}

const KBN_XSRF = { 'kbn-xsrf': 'true' };
const JSON_TYPE = { 'Content-Type': 'application/json' };
const post = (data: unknown) =>
  curl(
    'POST',
    '/api/fleet/outputs',
    { ...JSON_TYPE, ...KBN_XSRF },
    typeof data === 'string' ? data : JSON.stringify(data),
  );

/** The document's shape of every refusal. */
const refused = (message: unknown) => ({ status: 400, body: { error: 'Bad Request', message, statusCode: 400 } });
const notFound = (message: string) => ({ status: 404, body: { error: 'Not Found', message, statusCode: 404 } });

const EXAMPLE =
  '{"allow_edit":["string"],"ca_sha256":"string","ca_trusted_fingerprint":"string","config_yaml":"string","hosts":[""],"id":"string","is_default":false,"is_default_monitoring":false,"is_internal":true,"is_preconfigured":true,"name":"string","preset":"balanced","proxy_id":"string","shipper":{"compression_level":42.0,"disk_queue_compression_enabled":true,"disk_queue_enabled":false,"disk_queue_encryption_enabled":true,"disk_queue_max_size":42.0,"disk_queue_path":"string","loadbalance":true,"max_batch_bytes":42.0,"mem_queue_events":42.0,"queue_flush_timeout":42.0},"ssl":{"certificate":"string","certificate_authorities":["string"],"key":"string","verification_mode":"full"},"type":"elasticsearch"}';

const shipper = {
  compression_level: 42.0,
  disk_queue_compression_enabled: true,
  disk_queue_enabled: false,
  disk_queue_encryption_enabled: true,
  disk_queue_max_size: 42.0,
  disk_queue_path: 'string',
  loadbalance: true,
  max_batch_bytes: 42.0,
  mem_queue_events: 42.0,
  queue_flush_timeout: 42.0,
};
const ssl = { certificate: 'string', certificate_authorities: ['string'], key: 'string', verification_mode: 'full' };
const common = {
  allow_edit: ['string'],
  ca_sha256: 'string',
  ca_trusted_fingerprint: 'string',
  config_yaml: 'string',
  is_default: false,
  is_default_monitoring: false,
  is_internal: true,
  is_preconfigured: true,
  name: 'string',
  proxy_id: 'string',
  shipper,
  ssl,
};
const remote = {
  ...common,
  hosts: ['https://host'],
  id: 'remote',
  kibana_api_key: 'string',
  kibana_url: 'string',
  preset: 'balanced',
  secrets: { kibana_api_key: { id: 'string' }, service_token: { id: 'string' } },
  service_token: 'string',
  sync_integrations: true,
  type: 'remote_elasticsearch',
};
const logstash = {
  ...common,
  hosts: ['string'],
  id: 'logstash',
  secrets: { ssl: { key: { id: 'string' } } },
  type: 'logstash',
};
const kafka = {
  ...common,
  auth_type: 'none',
  broker_timeout: 42.0,
  client_id: 'string',
  compression: 'gzip',
  compression_level: [],
  connection_type: [],
  hash: { hash: 'string', random: true },
  headers: [{ key: 'string', value: 'string' }],
  hosts: ['string'],
  id: 'kafka',
  key: 'string',
  partition: 'random',
  password: [],
  random: { group_events: 42.0 },
  required_acks: 1,
  round_robin: { group_events: 42.0 },
  sasl: { mechanism: 'PLAIN' },
  secrets: { password: { id: 'string' }, ssl: { key: { id: 'string' } } },
  timeout: 42.0,
  topic: 'string',
  type: 'kafka',
  username: [],
  version: 'string',
};

describe('GET /api/fleet/outputs', () => {
  it('as its curl line', async () => {
    expect(await curl('GET', '/api/fleet/outputs')).toEqual({
      status: 200,
      body: {
        items: [
          {
            hosts: ['http://localhost:9200'],
            id: 'fleet-default-output',
            is_default: true,
            is_default_monitoring: true,
            name: 'default',
            preset: 'balanced',
            type: 'elasticsearch',
          },
        ],
        page: 1,
        perPage: 10_000,
        total: 1,
      },
    });
  });
});

describe('POST /api/fleet/outputs', () => {
  it('as its curl line: the text lost the address of the host', async () => {
    expect(await post(EXAMPLE)).toEqual(
      refused(expect.stringContaining('- [request body.0.hosts.0]: expected URI with scheme [http|https].')),
    );
  });

  it('as its curl line, with an address: answers what the response example shows', async () => {
    const sent = { ...JSON.parse(EXAMPLE), hosts: ['https://host'] };
    const { status, body } = await post(sent);
    expect({ status, body }).toEqual({ status: 200, body: { item: { ...sent, hosts: ['https://host:443'] } } });
    const { body: list } = await curl('GET', '/api/fleet/outputs');
    expect(list.items).toContainEqual(body.item);
  });

  it('its second body carries two secrets both ways, which is refused', async () => {
    expect(await post(remote)).toEqual(refused('Cannot specify both service_token and secrets.service_token'));
  });

  it('its second body with either way', async () => {
    const { secrets, kibana_api_key, service_token, ...base } = remote;
    const stored = { ...base, hosts: ['https://host:443'] };
    expect(await post({ ...base, secrets })).toEqual({ status: 200, body: { item: { ...stored, secrets } } });
    const plain = { kibana_api_key, service_token };
    expect(await post({ ...base, id: 'plain', ...plain })).toEqual({
      status: 200,
      body: { item: { ...stored, id: 'plain', ...plain } },
    });
  });

  it('its third body carries a secret both ways, and a placeholder for host and port', async () => {
    expect(await post({ ...logstash, hosts: ['host:5044'] })).toEqual(
      refused('Cannot specify both ssl.key and secrets.ssl.key'),
    );
    const { key: _, ...publicSsl } = ssl;
    const either = { ...logstash, hosts: ['host:5044'], ssl: publicSsl };
    expect(await post(either)).toEqual({ status: 200, body: { item: either } });
  });

  it('its fourth body shows conditional fields as empty lists', async () => {
    const { status, body } = await post(kafka);
    expect(status).toBe(400);
    expect(body.message).toMatch(/^\[request body\]: types that failed validation:\n/);
    expect(body.message).toContain('- [request body.3.hosts.0]: Invalid format. Expected "host:port" without protocol');
  });

  it('its fourth body with values for them', async () => {
    const { key: _, ...publicSsl } = ssl;
    const { connection_type: _conditional, password: _none, ...base } = kafka;
    const sent = {
      ...base,
      auth_type: 'user_pass',
      username: 'string',
      compression_level: 4,
      hosts: ['host:9092'],
      ssl: publicSsl,
    };
    expect(await post(sent)).toEqual({ status: 200, body: { item: { ...sent, password: null } } });
  });

  it('demands the header that it lists as required', async () => {
    expect((await curl('POST', '/api/fleet/outputs', JSON_TYPE, EXAMPLE)).status).toBe(400);
  });
});

describe.each([
  ['agent_download_sources', '{sourceId}', { name: 'n', host: 'http://h' }, 'Agent binary source {sourceId} not found'],
  ['fleet_server_hosts', '{itemId}', { name: 'n', host_urls: ['http://h'] }, 'Fleet server {itemId} not found'],
])('DELETE /api/fleet/%s/%s', (collection, id, record, message) => {
  const path = `/api/fleet/${collection}/${encodeURIComponent(id)}`;

  it('as its curl line, where the placeholder is the id of nothing', async () => {
    expect(await curl('DELETE', path, KBN_XSRF)).toEqual(notFound(message));
  });

  it('as its curl line, where it is the id of a record: answers the id', async () => {
    expect((await call(`POST /api/fleet/${collection}`, { body: { id, ...record } })).status).toBe(200);
    expect(await curl('DELETE', path, KBN_XSRF)).toEqual({ status: 200, body: { id } });
  });

  it('demands the header that it lists as required', async () => {
    expect(await curl('DELETE', path)).toEqual(refused('Request must contain a kbn-xsrf header.'));
  });
});

describe('GET /api/fleet/epm/templates/{pkgName}/{pkgVersion}/inputs', () => {
  beforeAll(async () => {
    expect((await upload(call, zipOf(apache()))).status).toBe(200);
  });

  it('as its curl line: no package has the name of the placeholder', async () => {
    const path = `/api/fleet/epm/templates/${encodeURIComponent('{pkgName}')}/${encodeURIComponent('{pkgVersion}')}/inputs`;
    expect(await curl('GET', path)).toEqual(notFound('[{pkgName}] package not installed or found in registry'));
  });

  it('of a package: has the shape of the response example', async () => {
    const { status, body } = await curl('GET', '/api/fleet/epm/templates/apache/1.2.0/inputs');
    expect(status).toBe(200);
    expect(body.inputs[0]).toMatchObject({
      id: expect.any(String),
      streams: [{ data_stream: { dataset: expect.any(String), type: expect.any(String) }, id: expect.any(String) }],
      type: expect.any(String),
    });
  });

  it('refuses in the documented shape', async () => {
    const { status, body } = await curl('GET', '/api/fleet/epm/templates/apache/1.2.0/inputs?format=string');
    expect({ status, body }).toEqual(refused(expect.any(String)));
  });
});
