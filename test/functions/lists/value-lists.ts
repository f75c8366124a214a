import { describe, expect, it } from 'vitest';
import { basic, givenUser } from '../../support/callers.ts';
import { type CallResult, kibana, type Options } from '../../support/kibana.ts';

export const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Fields that the server makes up, by their form. */
export const generated = {
  '@timestamp': expect.stringMatching(ISO_TIME),
  _version: expect.stringMatching(/^W[\w+/]+=*$/),
  tie_breaker_id: expect.stringMatching(UUID_V4),
  created_at: expect.stringMatching(ISO_TIME),
  created_by: 'elastic',
  updated_at: expect.stringMatching(ISO_TIME),
  updated_by: 'elastic',
};

/** A handler's refusal, and one of the pipeline. */
export const siem = (status: number, message: unknown) => ({ status, body: { message, status_code: status } });
export const core = (status: number, error: string, message: unknown) => ({
  status,
  body: { statusCode: status, error, message },
});
export const badRequest = (message: unknown) => core(400, 'Bad Request', message);

/** Status and body: what most tests compare. */
export const shown = ({ status, body }: Pick<CallResult, 'status' | 'body'>) => ({ status, body });

/** `_version` as client and server know it. */
export const version = (number: number) => Buffer.from(`[${number},1]`).toString('base64');
export const numberOf = (text: string): number => JSON.parse(Buffer.from(text, 'base64').toString())[0];

/** A query string, encoded. */
export const query = (parameters: Record<string, string | number | undefined>) =>
  new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  ).toString();

export type Upload = { filename?: string | null; field?: string; parts?: string };

/** A multipart request with one file; without a file name it is a field. */
export function upload(content: string | Buffer, { filename = 'ips.txt', field = 'file' }: Upload = {}) {
  const boundary = 'dd6c5f2a';
  const name = filename === null ? '' : `; filename="${filename}"`;
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${field}"${name}\r\nContent-Type: text/plain\r\n\r\n`;
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}

export type Given = { space?: string; id?: string; type?: string; [field: string]: unknown };

/** The API with short cuts for what tests begin with. */
export function valueLists() {
  const { call, send, handlerOf } = kibana();
  const path = (space: string) => (space === 'default' ? '' : `/s/${space}`);

  async function succeed(line: string, options?: Options): Promise<CallResult> {
    const answer = await call(line, options);
    expect(shown(answer), line).toMatchObject({ status: 200 });
    return answer;
  }

  const givenStreams = (space = 'default') => succeed(`POST ${path(space)}/api/lists/index`);

  /** Creates a list; gives what the API answers. */
  async function givenList({ space = 'default', ...fields }: Given = {}) {
    await givenStreams(space);
    const body = { name: 'A list', description: 'For a test', type: 'ip', ...fields };
    return (await succeed(`POST ${path(space)}/api/lists`, { body })).body;
  }

  /** Adds items one by one; gives what the API answers. */
  async function givenItems(list_id: string, values: readonly string[], { space = 'default', ...fields }: Given = {}) {
    const items = [];
    for (const value of values) {
      const body = { list_id, value, ...fields };
      items.push((await succeed(`POST ${path(space)}/api/lists/items`, { body })).body);
    }
    return items;
  }

  const importFile = (
    parameters: Record<string, string | number | undefined>,
    content: string | Buffer,
    options?: Upload,
  ) => call(`POST /api/lists/items/_import?${query(parameters)}`, upload(content, options));

  /** The lines of a list's export. */
  async function exported(list_id: string, space = 'default'): Promise<string[]> {
    const { text } = await succeed(`POST ${path(space)}/api/lists/items/_export?${query({ list_id })}`);
    return text.split('\n').slice(0, -1);
  }

  return { call, send, handlerOf, givenStreams, givenList, givenItems, importFile, exported };
}

export type Gate = {
  privilege: 'lists-read' | 'lists-all';
  /** Absent: a GET, which has no check. */
  xsrf?: 'required' | 'unless-cross-site';
  /** What the request needs to get past the pipeline's own checks. */
  request?: Pick<Options, 'body' | 'headers'>;
};

const NO_XSRF = badRequest('Request must contain a kbn-xsrf header.');
const UNABLE = 'unable to authenticate user [elastic] for REST request [/_security/_authenticate]';

/** What every operation checks before anything else, each with its exact answer. */
export function checksCallers(
  { call, send }: Pick<ReturnType<typeof kibana>, 'call' | 'send'>,
  line: string,
  gate: Gate,
) {
  const { privilege, xsrf, request = {} } = gate;
  const [method = '', uri = ''] = line.split(' ');
  const path = uri.split('?')[0];
  const withHeaders = (headers: Record<string, string>) => ({
    ...request,
    headers: { ...request.headers, ...headers },
  });

  describe(`before anything else, ${method} ${path}`, () => {
    it.each([
      ['nobody', { as: null }, 'Unauthorized'],
      [
        'a wrong password',
        { password: 'wrong' },
        `[security_exception\n\tRoot causes:\n\t\tsecurity_exception: ${UNABLE}]: ${UNABLE}`,
      ],
    ])('refuses %s', async (_name, credentials, message) => {
      expect(shown(await call(line, { ...request, ...credentials }))).toEqual(core(401, 'Unauthorized', message));
    });

    it.each(['feature_siemV3.read', 'feature_siem.minimal_read', 'feature_siemV2.all', 'feature_discover.all'])(
      'knows what %s may do',
      async (granted) => {
        const as = await givenUser(granted, { kibana: [granted] });
        const isAllowed = privilege === 'lists-read' ? granted.includes('siem') : granted.endsWith('siemV2.all');
        const message = `API [${line}] is unauthorized for user, this action is granted by the Kibana privileges [${privilege}]`;
        const answer = shown(await call(line, { ...request, as }));
        if (isAllowed) expect([401, 403]).not.toContain(answer.status);
        else expect(answer).toEqual(core(403, 'Forbidden', message));
      },
    );

    it('knows in which space somebody may', async () => {
      const as = await givenUser('in-a-only', { kibana: ['feature_siemV3.all'], spaces: ['a'] });
      const statusIn = async (prefix: string) =>
        (await call(line.replace(' /', ` ${prefix}/`), { ...request, as })).status;
      expect(await statusIn('/s/a')).not.toBe(403);
      expect(await statusIn('/s/b')).toBe(403);
      expect(await statusIn('')).toBe(403);
    });

    it.each([
      [
        '2020-01-01',
        `No version "2020-01-01" available for [${method.toLowerCase()}] [${path}]. Available versions are: [2023-10-31]`,
      ],
      ['one', 'Invalid version. Received "one", expected a valid date string formatted as YYYY-MM-DD.'],
    ])('refuses API version %s', async (asked, message) => {
      expect(shown(await call(line, withHeaders({ 'elastic-api-version': asked })))).toEqual(badRequest(message));
    });

    it('refuses a version in the query', async () => {
      const asked = `${line}${line.includes('?') ? '&' : '?'}apiVersion=2023-10-31`;
      expect(shown(await call(asked, request))).toEqual(
        badRequest(
          'Use of query parameter "apiVersion" is not allowed. Please specify the API version using the "elastic-api-version" header.',
        ),
      );
    });

    it('refuses a client of another version', async () => {
      const { status, body } = await call(line, withHeaders({ 'kbn-version': '8.0.0' }));
      expect(status).toBe(400);
      expect(body.message).toBe(
        'Browser client is out of date, please refresh the page ("kbn-version" header was "8.0.0" but should be "9.1.0")',
      );
    });

    it('names version and product in its answer', async () => {
      const { headers } = await call(line, withHeaders({ 'elastic-api-version': '2023-10-31' }));
      expect(headers).toMatchObject({ 'elastic-api-version': '2023-10-31', 'kbn-name': 'kibana' });
    });

    if (xsrf === undefined) return;
    it.each<[string, Record<string, string>, boolean]>([
      ['no kbn-xsrf header', {}, xsrf === 'unless-cross-site'],
      ['an empty one', { 'kbn-xsrf': '' }, true],
      ['kbn-version instead', { 'kbn-version': '9.1.0' }, true],
      ['a foreign page', { 'sec-fetch-site': 'cross-site' }, false],
      ['a foreign origin', { origin: 'https://evil.example' }, false],
    ])('decides on %s', async (_name, marks, passes) => {
      const { body } = request;
      const isRaw = typeof body === 'string' || Buffer.isBuffer(body) || body === undefined;
      const answer = await send({
        method,
        url: uri,
        headers: { 'content-type': 'application/json', ...request.headers, authorization: basic('elastic'), ...marks },
        ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
      });
      if (passes) expect(shown(answer)).not.toEqual(NO_XSRF);
      else expect(shown(answer)).toEqual(NO_XSRF);
    });
  });
}
