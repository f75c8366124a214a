import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { type CallResult, kibana, type Options } from '../../support/kibana.ts';

export const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Status and body: what most tests compare. */
export const shown = ({ status, body }: Pick<CallResult, 'status' | 'body'>) => ({ status, body });

export const core = (status: number, error: string, message: unknown) => ({
  status,
  body: { statusCode: status, error, message },
});
export const badRequest = (message: unknown) => core(400, 'Bad Request', message);
export const NO_XSRF = badRequest('Request must contain a kbn-xsrf header.');

export const STORE = '/api/security/entity_store';
export const ENTITIES = `${STORE}/entities`;

/** The API with short cuts for what tests begin with; a space is as good as empty when no other test names it. */
export function entityAnalytics() {
  const { call, send } = kibana();
  const inSpace = (space: string, line: string) => (space === 'default' ? line : line.replace(' /', ` /s/${space}/`));

  const installed = new Set<string>();
  async function givenStore(space = 'default') {
    if (installed.has(space)) return;
    installed.add(space);
    expect((await call(inSpace(space, `POST ${STORE}/install`), { body: {} })).status).toBe(201);
  }

  /** Creates an entity, through the API. */
  async function givenEntity(type: string, body: object, space = 'default') {
    await givenStore(space);
    const answer = await call(inSpace(space, `POST ${ENTITIES}/${type}`), { body });
    expect(shown(answer)).toEqual({ status: 200, body: { ok: true } });
  }

  /** The document of an entity; undefined when there is none. */
  async function entity(id: string, space = 'default') {
    const query = new URLSearchParams({ filter: `entity.id:${JSON.stringify(id)}` });
    const { body } = await call(inSpace(space, `GET ${ENTITIES}?${query}`));
    return body.entities[0];
  }

  const update = (type: string, body: unknown, { force, space = 'default' }: { force?: string; space?: string } = {}) =>
    call(inSpace(space, `PUT ${ENTITIES}/${type}${force === undefined ? '' : `?force=${force}`}`), { body });

  async function givenCriticality(id_field: string, id_value: string, criticality_level: string, space = 'default') {
    const body = { id_field, id_value, criticality_level };
    const answer = await call(inSpace(space, 'POST /api/asset_criticality'), { body });
    expect(answer.status).toBe(200);
    return answer.body;
  }

  return { call, send, inSpace, givenStore, givenEntity, entity, update, givenCriticality };
}

export type Gate = { privileges: string; xsrf?: 'required' | 'unless-cross-site'; request?: Pick<Options, 'body'> };

/** What every operation checks before anything else. */
export function checksCallers(
  { call, send }: Pick<ReturnType<typeof kibana>, 'call' | 'send'>,
  line: string,
  { privileges, xsrf, request = {} }: Gate,
) {
  const [method = '', url = ''] = line.split(' ');
  describe(`before anything else, ${line}`, () => {
    it('refuses nobody', async () => {
      expect(shown(await call(line, { ...request, as: null }))).toEqual(core(401, 'Unauthorized', 'Unauthorized'));
    });

    it('refuses who lacks the privileges, by their names', async () => {
      const as = await givenUser('discoverer', { kibana: ['feature_discover.all'] });
      const message = `API [${line}] is unauthorized for user, this action is granted by the Kibana privileges [${privileges}]`;
      expect(shown(await call(line, { ...request, as }))).toEqual(core(403, 'Forbidden', message));
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
