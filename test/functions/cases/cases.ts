import { expect } from 'vitest';
import { type CallResult, kibana, type Options } from '../../support/kibana.ts';

export const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const VERSION = /^W[\w+/]+=*$/;

/** Status and body: what most tests compare. */
export const shown = ({ status, body }: CallResult) => ({ status, body });
export const refusal = (statusCode: number, error: string, message: string) => ({
  status: statusCode,
  body: { statusCode, error, message },
});
export const badRequest = (message: string) => refusal(400, 'Bad Request', message);
export const forbidden = (message: string) => refusal(403, 'Forbidden', message);
export const notFound = (message: string) => refusal(404, 'Not Found', message);
export const conflict = (message: string) => refusal(409, 'Conflict', message);

export const elastic = {
  username: 'elastic',
  full_name: null,
  email: null,
  profile_uid: expect.stringMatching(/^u_[\w-]+_0$/),
};

export const NONE = { id: 'none', name: 'none', type: '.none', fields: null };
export const newCase = (fields: object = {}) => ({
  title: 'A case',
  description: 'For a test',
  tags: ['a-tag'],
  connector: NONE,
  settings: { syncAlerts: true },
  owner: 'cases',
  ...fields,
});
export const userComment = (comment = 'A comment', owner = 'cases') => ({ type: 'user', comment, owner });
export const alertComment = (alertId: string | string[], index: string | string[] = 'an-index', owner = 'cases') => ({
  type: 'alert',
  alertId,
  index,
  rule: { id: 'rule-id', name: 'A rule' },
  owner,
});

const noBody = (problem: string) =>
  `[request body]: types that failed validation:\n- [request body.0]: ${problem}\n- [request body.1]: expected value to equal [null]`;
/** Bodies that no operation on cases looks at, and how they are refused. */
export const noBodies: [body: unknown, message: string][] = [
  [[], noBody('expected a plain object value, but found [Array] instead.')],
  ['5', noBody('expected a plain object value, but found [number] instead.')],
  ['"x"', noBody('could not parse object value from json input')],
];

export type Where = { space?: string; as?: string };
const prefix = (space = 'default') => (space === 'default' ? '' : `/s/${space}`);

/** The API with short cuts for what tests begin with. */
export function cases() {
  const { call, send } = kibana();

  async function succeed(line: string, options?: Options) {
    const answer = await call(line, options);
    expect(answer, line).toMatchObject({ status: 200 });
    return answer.body;
  }

  const givenCase = (fields: object = {}, { space, ...options }: Where = {}) =>
    succeed(`POST ${prefix(space)}/api/cases`, { ...options, body: newCase(fields) });
  const getCase = (id: string, { space }: Where = {}) => succeed(`GET ${prefix(space)}/api/cases/${id}`);
  /** Adds a comment and gives it as the case has it. */
  async function givenComment(id: string, comment: object = userComment(), { space, ...options }: Where = {}) {
    const line = `POST ${prefix(space)}/api/cases/${id}/comments`;
    return (await succeed(line, { ...options, body: comment })).comments.at(-1);
  }
  const patch = (changes: object | object[], options: Options = {}) =>
    call('PATCH /api/cases', { ...options, body: { cases: [changes].flat() } });
  const history = async (id: string, query = 'perPage=100') =>
    (await succeed(`GET /api/cases/${id}/user_actions/_find?${query}`)).userActions;
  const remove = (...ids: string[]) => call(`DELETE /api/cases?ids=${encodeURIComponent(JSON.stringify(ids))}`);
  const find = (query: Record<string, string | string[]> = {}, { space, ...options }: Where = {}) =>
    call(`GET ${prefix(space)}/api/cases/_find?${queryOf(query)}`, options);
  const deleteComment = (id: string, commentId: string, options: Options = {}) =>
    call(`DELETE /api/cases/${id}/comments/${commentId}`, options);

  return { call, send, succeed, givenCase, getCase, givenComment, patch, history, remove, find, deleteComment };
}

export function queryOf(query: Record<string, string | string[]>): string {
  return Object.entries(query)
    .flatMap(([name, value]) => [value].flat().map((each) => `${name}=${encodeURIComponent(each)}`))
    .join('&');
}
