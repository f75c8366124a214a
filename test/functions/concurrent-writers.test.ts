import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { beforeAll, expect, it } from 'vitest';
import { cancelled, intercept, jitter } from '../lib/stores/store.ts';
import { type CallResult, kibana } from '../support/kibana.ts';
import { apache, tarGzOf, upload } from './fleet/packages.ts';

const { call } = kibana();
beforeAll(() => call('GET /api/status'));

/** Somebody else is always faster: from here on every conditional write is refused, until the test ends. */
function letOthersWrite(): void {
  jitter(0);
  intercept((sent, send) => {
    if (sent.name === 'TransactWriteCommand') {
      throw cancelled(...sent.input.TransactItems.map(() => 'ConditionalCheckFailed'));
    }
    const isConditional = sent.input.ConditionExpression !== undefined;
    if (isConditional) throw new ConditionalCheckFailedException({ $metadata: {}, message: 'refused' });
    return send();
  });
}

async function made(line: string, body: object): Promise<CallResult['body']> {
  const answer = await call(line, { body });
  expect(answer.status, `${line}: ${answer.text}`).toBeLessThan(300);
  return answer.body;
}

const connector = { name: 'index', connector_type_id: '.index', config: { index: 'i' } };
const givenConnector = async (): Promise<string> =>
  `/api/actions/connector/${(await made('POST /api/actions/connector', connector)).id}`;
const newCase = {
  title: 't',
  description: 'd',
  tags: [],
  owner: 'cases',
  settings: { syncAlerts: false },
  connector: { id: 'none', name: 'none', type: '.none', fields: null },
};
const comment = { type: 'user', comment: 'c', owner: 'cases' };
const asset = { id_field: 'host.name', id_value: 'h', criticality_level: 'low_impact' };
const RISK_ENGINE = '/api/risk_score/engine/saved_object/configure';
const rule = { rule_id: 'r', type: 'query', name: 'n', description: 'd', risk_score: 1, severity: 'low', query: '*' };
const output = { type: 'elasticsearch', hosts: ['https://es:9200'] };

const idOf = async (kind: string, more: object): Promise<string> =>
  `/api/fleet/${kind}/${(await made(`POST /api/fleet/${kind}`, { name: `a ${kind}`, ...more })).item.id}`;
const givenCase = async (): Promise<string> => (await made('POST /api/cases', newCase)).id;

/** Makes what the request is about; gives the request. */
type Given = () => Promise<[line: string, body?: object]>;

it.each<[string, Given]>([
  ['a new connector', async () => ['POST /api/actions/connector', connector]],
  ['a change of a connector', async () => [`PUT ${await givenConnector()}`, { name: 'n', config: { index: 'i' } }]],
  ['the end of a connector', async () => [`DELETE ${await givenConnector()}`]],
  ['a criticality', async () => ['POST /api/asset_criticality', asset]],
  ['the end of a case', async () => [`DELETE /api/cases?ids=["${await givenCase()}"]`]],
  ['a comment', async () => [`POST /api/cases/${await givenCase()}/comments`, comment]],
  ['a dashboard', async () => ['POST /api/dashboards/dashboard', { attributes: { title: 't' } }]],
  [
    'a change of a rule',
    async () => {
      await made('POST /api/detection_engine/rules', rule);
      return ['PATCH /api/detection_engine/rules', { rule_id: rule.rule_id, name: 'other' }];
    },
  ],
  [
    'a change of a note',
    async () => {
      const { savedObjectId: timelineId } = await made('POST /api/timeline', { timeline: { title: 't' } });
      const { note } = await made('PATCH /api/note', { note: { timelineId, note: 'n' } });
      return ['PATCH /api/note', { noteId: note.noteId, note: { timelineId, note: 'other' } }];
    },
  ],
  ['a change of the risk engine', async () => [`PATCH ${RISK_ENGINE}`, { exclude_alert_tags: ['x'] }]],
  ['a new risk engine', async () => [`PUT ${RISK_ENGINE}`, { exclude_alert_tags: ['x'] }]],
  [
    'the end of a download source',
    async () => [`DELETE ${await idOf('agent_download_sources', { host: 'https://a.example' })}`],
  ],
  [
    'the end of a Fleet Server host',
    async () => [`DELETE ${await idOf('fleet_server_hosts', { host_urls: ['https://a.example'] })}`],
  ],
  ['a change of an output', async () => [`PUT ${await idOf('outputs', output)}`, { name: 'other' }]],
  ['the end of an output', async () => [`DELETE ${await idOf('outputs', { ...output, name: 'another' })}`]],
])('%s is a 409 when others keep writing', async (_name, given) => {
  const [line, body] = await given();
  letOthersWrite();
  const { status, text } = await call(line, body && { body });
  expect(status, text).toBe(409);
});

it('a package is a 409 when others keep installing it', async () => {
  letOthersWrite();
  expect((await upload(call, tarGzOf(apache()), 'application/gzip')).status).toBe(409);
});
