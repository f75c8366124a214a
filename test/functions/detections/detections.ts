import { describe, expect, it } from 'vitest';
import { basic, givenUser } from '../../support/callers.ts';
import { type CallResult, kibana, type Options } from '../../support/kibana.ts';

export const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const anId = expect.stringMatching(UUID_V4);
export const aTime = expect.stringMatching(ISO_TIME);

/** A handler's refusal, and one of the pipeline. */
export const siem = (status: number, message: unknown) => ({ status, body: { message, status_code: status } });
export const core = (status: number, error: string, message: unknown) => ({
  status,
  body: { statusCode: status, error, message },
});
export const badRequest = (message: unknown) => core(400, 'Bad Request', message);

/** Status and body: what most tests compare. */
export const shown = ({ status, body }: Pick<CallResult, 'status' | 'body'>) => ({ status, body });

/** A query string, encoded. */
export const query = (parameters: Record<string, string | number>) =>
  new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();

export const RULES = '/api/detection_engine/rules';

export const queryRule = {
  name: 'Simple Rule Query',
  description: 'Simple Rule Query',
  risk_score: 1,
  severity: 'high',
  type: 'query',
  index: ['auditbeat-*'],
  query: 'user.name: root or user.name: admin',
};

const base = { name: 'A rule', description: 'For a test', risk_score: 50, severity: 'low' };

/** The least that each type needs, and what the server makes of it. */
export const ruleTypes: [type: string, request: Record<string, unknown>, more: Record<string, unknown>][] = [
  ['eql', { ...base, type: 'eql', language: 'eql', query: 'any where true' }, {}],
  ['query', { ...base, type: 'query' }, { query: '', language: 'kuery' }],
  ['saved_query', { ...base, type: 'saved_query', saved_id: 'saved' }, { language: 'kuery' }],
  [
    'threshold',
    { ...base, type: 'threshold', query: '*', threshold: { field: 'user.name', value: 3 } },
    { language: 'kuery', threshold: { field: ['user.name'], value: 3 } },
  ],
  [
    'threat_match',
    {
      ...base,
      type: 'threat_match',
      query: '*:*',
      threat_query: '*:*',
      threat_index: ['threats'],
      threat_mapping: [{ entries: [{ field: 'host.name', type: 'mapping', value: 'threat.host' }] }],
    },
    { language: 'kuery', threat_indicator_path: 'threat.indicator' },
  ],
  [
    'machine_learning',
    { ...base, type: 'machine_learning', anomaly_threshold: 50, machine_learning_job_id: 'job' },
    { machine_learning_job_id: ['job'] },
  ],
  [
    'new_terms',
    { ...base, type: 'new_terms', query: '*', new_terms_fields: ['user.name'], history_window_start: 'now-7d' },
    { language: 'kuery' },
  ],
  ['esql', { ...base, type: 'esql', language: 'esql', query: 'from logs' }, {}],
];

/** What every rule has that its request did not name. */
export const defaults = {
  immutable: false,
  rule_source: { type: 'internal' },
  version: 1,
  revision: 0,
  updated_by: 'elastic',
  created_by: 'elastic',
  enabled: false,
  interval: '5m',
  from: 'now-6m',
  to: 'now',
  tags: [],
  author: [],
  threat: [],
  related_integrations: [],
  required_fields: [],
  setup: '',
  false_positives: [],
  references: [],
  risk_score_mapping: [],
  severity_mapping: [],
  output_index: '',
  max_signals: 100,
  exceptions_list: [],
  actions: [],
};

/** The API with short cuts for what tests begin with. */
export function detections() {
  const api = kibana();
  const path = (space: string) => (space === 'default' ? '' : `/s/${space}`);

  async function givenRule({ space = 'default', ...fields }: { space?: string; [field: string]: unknown } = {}) {
    const answer = await api.call(`POST ${path(space)}${RULES}`, { body: { ...queryRule, ...fields } });
    expect(shown(answer)).toMatchObject({ status: 200 });
    return answer.body;
  }

  return { ...api, givenRule };
}

const UNABLE = 'unable to authenticate user [elastic] for REST request [/_security/_authenticate]';

export type Gate = {
  privilege: string;
  /** Kibana privileges that grant it, and some that do not. */
  granted: string[];
  refused: string[];
  xsrf?: 'required' | 'unless-cross-site';
  body?: unknown;
};

/** What every operation checks before anything else. */
export function checksCallers({ call, send }: ReturnType<typeof kibana>, line: string, gate: Gate): void {
  const { privilege, granted, refused, xsrf, body } = gate;
  const [method = '', uri = ''] = line.split(' ');
  const request: Pick<Options, 'body'> = body === undefined ? {} : { body };

  describe(`before anything else, ${method} ${uri}`, () => {
    it('knows who calls', async () => {
      expect(shown(await call(line, { ...request, as: null }))).toEqual(core(401, 'Unauthorized', 'Unauthorized'));
      expect(shown(await call(line, { ...request, password: 'wrong' }))).toEqual(
        core(401, 'Unauthorized', `[security_exception\n\tRoot causes:\n\t\tsecurity_exception: ${UNABLE}]: ${UNABLE}`),
      );
    });

    it.each(granted)('lets %s pass', async (kibanaPrivilege) => {
      const as = await givenUser(kibanaPrivilege, { kibana: [kibanaPrivilege] });
      const { status, body: answer } = await call(line, { ...request, as });
      expect(status).not.toBe(401);
      expect(answer.message ?? '').not.toMatch(/is unauthorized for user/);
    });

    it.each(refused)('refuses %s', async (kibanaPrivilege) => {
      const as = await givenUser(kibanaPrivilege, { kibana: [kibanaPrivilege] });
      const message = `API [${line}] is unauthorized for user, this action is granted by the Kibana privileges [${privilege}]`;
      expect(shown(await call(line, { ...request, as }))).toEqual(core(403, 'Forbidden', message));
    });

    it('refuses another API version', async () => {
      const answer = await call(line, { ...request, headers: { 'elastic-api-version': '2020-01-01' } });
      expect(shown(answer)).toEqual(
        badRequest(
          `No version "2020-01-01" available for [${method.toLowerCase()}] [${uri.split('?')[0]}]. Available versions are: [2023-10-31]`,
        ),
      );
    });

    if (xsrf === undefined) return;
    it.each<[string, Record<string, string>, boolean]>([
      ['no kbn-xsrf header', {}, xsrf === 'unless-cross-site'],
      ['a foreign page', { 'sec-fetch-site': 'cross-site' }, false],
    ])('decides on %s', async (_name, marks, passes) => {
      const answer = await send({
        method,
        url: uri,
        headers: { 'content-type': 'application/json', authorization: basic('elastic'), ...marks },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const refusal = badRequest('Request must contain a kbn-xsrf header.');
      if (passes) expect(shown(answer)).not.toEqual(refusal);
      else expect(shown(answer)).toEqual(refusal);
    });
  });
}
