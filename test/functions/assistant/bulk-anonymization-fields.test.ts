import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { allowedByDefault } from '../../../lib/assistant/default-anonymization.ts';
import { wrapDynamoDB } from '../../../lib/stores/dynamodb.ts';
import { assistant, badRequest, checksCallers, ID, ISO_TIME, PATH, shown, siem } from './assistant.ts';

const api = assistant();
const { bulkFields, findFields } = api;
const DEFAULTS = allowedByDefault.length;

checksCallers(api, `POST ${PATH}/anonymization_fields/_bulk_action`, {
  privileges: 'securitySolution-updateAIAssistantAnonymization',
  granted: 'feature_securitySolutionAssistant.update_anonymization',
  denied: 'feature_securitySolutionAssistant.minimal_all',
  xsrf: 'unless-cross-site',
  request: { body: {} },
});

const zeros = {
  success: true,
  anonymization_fields_count: 0,
  attributes: {
    results: { updated: [], created: [], deleted: [], skipped: [] },
    summary: { failed: 0, succeeded: 0, skipped: 0, total: 0 },
  },
};
const nothingLeft = {
  status: 500,
  body: {
    message: 'Bulk edit failed',
    attributes: {
      errors: [
        {
          status_code: 500,
          anonymization_fields: [{ id: '', name: '' }],
          message: 'parse_exception: request body is required',
        },
      ],
      results: { updated: [], created: [], deleted: [], skipped: [] },
      summary: { failed: 1, succeeded: 0, skipped: 0, total: 1 },
    },
  },
};

/** The id of a field. */
const idOf = async (field: string, space: string) =>
  (await findFields({ filter: `field:"${field}"` }, space)).body.data[0]?.id;

describe('what it is sent', () => {
  it.each([
    [{ create: [{}] }, 'create.0.field: Required'],
    [{ create: {} }, 'create: Expected array, received object'],
    [{ create: [{ field: 'a', allowed: 'yes' }] }, 'create.0.allowed: Expected boolean, received string'],
    [{ update: [{ allowed: true }] }, 'update.0.id: Required'],
    [{ delete: { ids: [] } }, 'delete.ids: Array must contain at least 1 element(s)'],
    [{ delete: ['a'] }, 'delete: Expected object, received array'],
    [
      { update: [{}], create: [{}], delete: { query: 1 } },
      'delete.query: Expected string, received number, create.0.field: Required, update.0.id: Required',
    ],
    [
      { create: Array.from({ length: 7 }, () => ({})) },
      `${[0, 1, 2, 3, 4].map((index) => `create.${index}.field: Required`).join(', ')}, and 2 more`,
    ],
    [undefined, 'Expected object, received null'],
    [[], 'Expected object, received array'],
  ])('refuses %j', async (body, message) => {
    expect(shown(await bulkFields(body))).toEqual(badRequest(`[request body]: ${message}`));
  });

  it('refuses more than 100 items of all kinds together', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `id-${index}`);
    const update = ids.map((id) => ({ id }));
    const create = Array.from({ length: 21 }, (_, index) => ({ field: `f${index}` }));
    expect(shown(await bulkFields({ delete: { ids }, update, create }))).toEqual(
      badRequest('More than 100 ids sent for bulk edit action.'),
    );
    const { status } = await bulkFields({ delete: { ids }, update, create: create.slice(1) }, 'hundred');
    expect(status).toBe(200);
  });

  it.each([
    [{}],
    [{ delete: { query: 'field:nothing' } }],
    [{ delete: { query: ' ' } }],
    [{ delete: {} }],
    [{ update: [] }],
  ])('answers %j with zeros', async (body) => {
    expect(shown(await bulkFields(body, 'zeros'))).toEqual({ status: 200, body: zeros });
    expect((await findFields({}, 'zeros')).body.total).toBe(DEFAULTS);
  });
});

describe('what it does', () => {
  it('creates, updates and deletes', async () => {
    const space = 'all-three';
    const [updated, deleted] = [await idOf('host.name', space), await idOf('source.ip', space)];
    const create = [{ field: 'process.title', allowed: true, anonymized: true }, { field: 'bare' }];
    const answer = await bulkFields(
      { create, update: [{ id: updated, anonymized: false }], delete: { ids: [deleted] } },
      space,
    );
    const time = expect.stringMatching(ISO_TIME);
    const made = {
      timestamp: time,
      createdAt: time,
      createdBy: 'elastic',
      updatedAt: time,
      id: expect.stringMatching(ID),
    };
    expect(shown(answer)).toEqual({
      status: 200,
      body: {
        success: true,
        anonymization_fields_count: 4,
        attributes: {
          results: {
            updated: [
              {
                timestamp: time,
                createdAt: time,
                createdBy: '',
                field: 'host.name',
                allowed: true,
                anonymized: false,
                updatedAt: time,
                namespace: space,
                id: updated,
              },
            ],
            created: [
              { ...made, field: 'process.title', allowed: true, anonymized: true },
              { ...made, field: 'bare' },
            ],
            deleted: [deleted],
            skipped: [],
          },
          summary: { failed: 0, succeeded: 4, skipped: 0, total: 4 },
        },
      },
    });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect((await findFields({}, space)).body.total).toBe(DEFAULTS + 1);
    expect((await findFields({ filter: 'field:host.name' }, space)).body.data).toEqual(
      answer.body.attributes.results.updated,
    );
    expect(await idOf('source.ip', space)).toBeUndefined();
    expect(await idOf('source.ip', 'another')).toMatch(ID);
  });

  it('leaves flags that are not sent', async () => {
    const space = 'flags';
    const id = await idOf('message', space);
    await bulkFields({ update: [{ id, allowed: false }] }, space);
    const { body } = await bulkFields({ update: [{ id, anonymized: true }] }, space);
    expect(body.attributes.results.updated).toMatchObject([{ allowed: false, anonymized: true }]);
  });

  it('reports an id that is updated and deleted twice, and deletes it', async () => {
    const space = 'both';
    const id = await idOf('message', space);
    const { body } = await bulkFields({ update: [{ id, allowed: false }], delete: { ids: [id, id] } }, space);
    expect(body.attributes.results).toMatchObject({ updated: [{ id, allowed: false }], deleted: [id] });
    expect(body.anonymization_fields_count).toBe(2);
    expect(await idOf('message', space)).toBeUndefined();
  });

  it('drops unknown ids in silence, unless nothing else is there', async () => {
    const space = 'unknown';
    const unknown = { update: [{ id: 'nobody' }], delete: { ids: ['nobody', '\ud800', 'x'.repeat(2_000)] } };
    expect(shown(await bulkFields(unknown, space))).toEqual(nothingLeft);
    const { status, body } = await bulkFields({ ...unknown, create: [{ field: 'new' }] }, space);
    expect([status, body.anonymization_fields_count]).toEqual([200, 1]);
  });

  it('deletes what a query matches, each once, whatever the limit', async () => {
    const space = 'by-query';
    const id = await idOf('rule.name', space);
    const { body } = await bulkFields({ delete: { ids: [id], query: 'field:rule.* or field:process.*' } }, space);
    expect(body.anonymization_fields_count).toBe(body.attributes.results.deleted.length);
    expect(new Set(body.attributes.results.deleted).size).toBe(body.anonymization_fields_count);
    expect((await findFields({ filter: 'field:rule.* or field:process.*' }, space)).body.total).toBe(0);
    const rest = await bulkFields({ delete: { query: '*' } }, space);
    expect(rest.body.anonymization_fields_count + body.anonymization_fields_count).toBe(DEFAULTS);
    // What is deleted stays so, defaults too.
    expect((await findFields({}, space)).body).toEqual({ perPage: 20, page: 1, total: 0, data: [] });
  });

  it('sees the state before the bulk when it looks for what to delete', async () => {
    const space = 'before';
    const { body } = await bulkFields({ create: [{ field: 'fresh.a' }], delete: { query: 'field:fresh.*' } }, space);
    expect(body.attributes.summary).toEqual({ failed: 0, succeeded: 1, skipped: 0, total: 1 });
  });

  it('keeps changes made by many at once', async () => {
    const space = 'many';
    const id = await idOf('message', space);
    const answers = await Promise.all([
      bulkFields({ update: [{ id, allowed: false }] }, space),
      bulkFields({ update: [{ id, anonymized: true }] }, space),
      bulkFields({ create: [{ field: 'x' }] }, space),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await findFields({ filter: 'field:message' }, space)).body.data).toMatchObject([
      { allowed: false, anonymized: true },
    ]);
  });
});

describe('fields that exist', () => {
  it('are named by their ids, the latest changed first', async () => {
    const space = 'order';
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const ids: string[] = [];
    for (const field of ['zz1', 'zz2', 'zz3', 'zz4']) {
      vi.advanceTimersByTime(1_000);
      ids.unshift((await bulkFields({ create: [{ field }] }, space)).body.attributes.results.created[0].id);
    }
    const answer = await bulkFields({ create: [{ field: 'zz*' }] }, space);
    expect(shown(answer)).toEqual(siem(409, `anonymization field: "${ids.join(',')}" already exists`));
  });

  it('are refused by their ids, and nothing is done', async () => {
    const space = 'taken';
    const ids = [await idOf('host.name', space), await idOf('host.type', space)];
    const answer = await bulkFields(
      { create: [{ field: 'host.name' }, { field: 'new' }, { field: 'host.type' }], delete: { ids } },
      space,
    );
    expect(shown(answer)).toEqual(siem(409, `anonymization field: "${ids.join(',')}" already exists`));
    expect((await findFields({}, space)).body.total).toBe(DEFAULTS);
  });

  it('are looked for as KQL, so that a star finds others', async () => {
    const { status, body } = await bulkFields({ create: [{ field: 'user.*' }] }, 'star');
    expect(status).toBe(409);
    expect(body.message.split(',')).toHaveLength(6);
    expect((await bulkFields({ create: [{ field: 'Host.name' }] }, 'star')).status).toBe(200);
  });

  it('are not noticed within one request', async () => {
    const { body } = await bulkFields({ create: [{ field: 'twin' }, { field: 'twin' }] }, 'twins');
    expect(body.anonymization_fields_count).toBe(2);
    expect((await bulkFields({ create: [{ field: 'twin' }] }, 'twins')).status).toBe(409);
  });

  it('are found among long names, too', async () => {
    const create = Array.from({ length: 100 }, (_, index) => ({ field: `${index}${'x'.repeat(400)}` }));
    expect((await bulkFields({ create }, 'long')).status).toBe(200);
    expect((await bulkFields({ create: create.slice(99) }, 'long')).status).toBe(409);
  });

  it.each(['a:b', 'a(b', 'a)b', 'a<b', 'a{b', 'a"b'])('cannot be looked for when a name is %s', async (field) => {
    const { status, body } = await bulkFields({ create: [{ field }], delete: { query: '*' } }, 'syntax');
    expect(status).toBe(500);
    const [first, second, third] = body.message.split('\n');
    expect(first).toMatch(/^Expected .+ but .+ found\.$/);
    expect(second).toBe(`(field:${field})`);
    expect(third).toMatch(/^-*\^$/);
    expect(body.status_code).toBe(500);
    expect((await findFields({}, 'syntax')).body.total).toBe(DEFAULTS);
  });

  it('cannot be looked for by a query that is no KQL, and nothing is done', async () => {
    const answer = await bulkFields({ create: [{ field: 'new' }], delete: { query: 'response:' } }, 'syntax');
    expect(shown(answer)).toEqual(
      siem(500, 'Expected "(", "{", value, whitespace but end of input found.\nresponse:\n---------^'),
    );
    expect((await findFields({}, 'syntax')).body.total).toBe(DEFAULTS);
  });
});

describe('items that fail', () => {
  let unwrap: (() => void) | undefined;
  afterEach(() => unwrap?.());

  /** Lets writes of one row fail. */
  const failing = (id: string) => {
    unwrap = wrapDynamoDB((inner) => ({
      send: ((...call: Parameters<typeof inner.send>) => {
        const [command] = call;
        const isWrite = /^(Put|Delete)/.test(command.constructor.name);
        if (isWrite && JSON.stringify(command.input).includes(id)) throw new Error('no such luck: secret details');
        return inner.send(...call);
      }) as typeof inner.send,
    }));
  };

  it('make the whole a 500 that tells what was done', async () => {
    const space = 'partly';
    const [unlucky, lucky] = [await idOf('message', space), await idOf('source.ip', space)];
    failing(unlucky);
    const answer = await bulkFields({ update: [{ id: unlucky, allowed: false }], delete: { ids: [lucky] } }, space);
    expect(shown(answer)).toEqual({
      status: 500,
      body: {
        message: 'Bulk edit partially failed',
        attributes: {
          errors: [
            { status_code: 500, anonymization_fields: [{ id: unlucky, name: '' }], message: 'Internal Server Error' },
          ],
          results: { updated: [], created: [], deleted: [lucky], skipped: [] },
          summary: { failed: 1, succeeded: 1, skipped: 0, total: 2 },
        },
      },
    });
    expect(answer.headers['content-type']).toBe('application/json');
  });

  it('make it a failure when nothing was done', async () => {
    const space = 'wholly';
    const id = await idOf('message', space);
    failing(id);
    const { status, body } = await bulkFields({ delete: { ids: [id] } }, space);
    expect([status, body.message]).toEqual([500, 'Bulk edit failed']);
  });
});
