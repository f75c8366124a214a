import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { type CallResult, kibana, type Options } from '../../support/kibana.ts';

export const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const ID = /^[\w-]{20}$/;
export const PATH = '/api/security_ai_assistant';

/** Status and body: what most tests compare. */
export const shown = ({ status, body }: Pick<CallResult, 'status' | 'body'>) => ({ status, body });

export const siem = (status: number, message: unknown) => ({ status, body: { message, status_code: status } });
export const core = (status: number, error: string, message: unknown) => ({
  status,
  body: { statusCode: status, error, message },
});
export const badRequest = (message: unknown) => core(400, 'Bad Request', message);
const NO_XSRF = badRequest('Request must contain a kbn-xsrf header.');

/** The API with short cuts; a space that no other test names is as new. */
export function assistant() {
  const { call, send } = kibana();
  const inSpace = (space: string) => (space === 'default' ? '' : `/s/${space}`);
  const query = (parameters: Record<string, string | number>) =>
    new URLSearchParams(Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]));

  const bulkFields = (body: unknown, space = 'default', options: Options = {}) =>
    call(`POST ${inSpace(space)}${PATH}/anonymization_fields/_bulk_action`, { body, ...options });
  const findFields = (parameters: Record<string, string | number> = {}, space = 'default') =>
    call(`GET ${inSpace(space)}${PATH}/anonymization_fields/_find?${query(parameters)}`);
  const bulkPrompts = (body: unknown, space = 'default', options: Options = {}) =>
    call(`POST ${inSpace(space)}${PATH}/prompts/_bulk_action`, { body, ...options });
  const findPrompts = (parameters: Record<string, string | number> = {}, space = 'default', options: Options = {}) =>
    call(`GET ${inSpace(space)}${PATH}/prompts/_find?${query(parameters)}`, options);

  return { call, send, inSpace, bulkFields, findFields, bulkPrompts, findPrompts };
}

export type Gate = {
  privileges: string;
  /** A Kibana privilege that is enough, and one that is not. */
  granted: string;
  denied: string;
  xsrf?: 'required' | 'unless-cross-site';
  request?: Pick<Options, 'body'>;
};

/** What every operation checks before anything else. */
export function checksCallers(
  { call, send }: Pick<ReturnType<typeof kibana>, 'call' | 'send'>,
  line: string,
  { privileges, granted, denied, xsrf, request = {} }: Gate,
) {
  const [method = '', url = ''] = line.split(' ');
  describe(`before anything else, ${line}`, () => {
    it('refuses nobody', async () => {
      expect(shown(await call(line, { ...request, as: null }))).toEqual(core(401, 'Unauthorized', 'Unauthorized'));
    });

    it('refuses who lacks the privilege, by its name', async () => {
      const as = await givenUser('denied', { kibana: [denied] });
      const message = `API [${line}] is unauthorized for user, this action is granted by the Kibana privileges [${privileges}]`;
      expect(shown(await call(line, { ...request, as }))).toEqual(core(403, 'Forbidden', message));
    });

    it('takes who has it', async () => {
      const as = await givenUser('granted', { kibana: [granted] });
      expect([401, 403]).not.toContain((await call(line, { ...request, as })).status);
    });

    if (xsrf === undefined) return;
    it.each<[string, Record<string, string>, boolean]>([
      ['no kbn-xsrf header', {}, xsrf === 'unless-cross-site'],
      ['an empty one', { 'kbn-xsrf': '' }, true],
      ['a foreign page', { 'sec-fetch-site': 'cross-site' }, false],
    ])('decides on %s', async (_name, marks, passes) => {
      const answer = await send({
        method,
        url,
        headers: {
          'content-type': 'application/json',
          authorization: `Basic ${Buffer.from('elastic:changeme').toString('base64')}`,
          ...marks,
        },
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      });
      if (passes) expect(shown(answer)).not.toEqual(NO_XSRF);
      else expect(shown(answer)).toEqual(NO_XSRF);
    });
  });
}
