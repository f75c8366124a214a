import { beforeAll, describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { assistant, badRequest, checksCallers, ID, ISO_TIME, PATH, shown, siem } from './assistant.ts';

const api = assistant();
const { bulkPrompts, findPrompts } = api;

checksCallers(api, `POST ${PATH}/prompts/_bulk_action`, {
  privileges: 'elasticAssistant',
  granted: 'feature_securitySolutionAssistant.all',
  denied: 'feature_securitySolutionAssistant.read',
  xsrf: 'required',
  request: { body: {} },
});

const quick = (name: string) => ({ name, content: 'c', promptType: 'quick' });
const named = async (name: string, space: string) =>
  (await findPrompts({ filter: `name:"${name}"` }, space)).body.data[0];

beforeAll(async () => {
  await givenUser('other', { kibana: ['feature_securitySolutionAssistant.all'] });
});

describe('POST /api/security_ai_assistant/prompts/_bulk_action', () => {
  it.each([
    [{ create: [{}] }, 'create.0.name: Required, create.0.promptType: Required, create.0.content: Required'],
    [
      { create: [{ ...quick('a'), promptType: 'slow' }] },
      "create.0.promptType: Invalid enum value. Expected 'system' | 'quick', received 'slow'",
    ],
    [{ update: [{ content: 'x' }] }, 'update.0.id: Required'],
    [{ delete: { ids: [] } }, 'delete.ids: Array must contain at least 1 element(s)'],
  ])('refuses %j', async (body, message) => {
    expect(shown(await bulkPrompts(body))).toEqual(badRequest(`[request body]: ${message}`));
  });

  it('refuses more than 100 items in its own shape', async () => {
    const update = Array.from({ length: 101 }, (_, index) => ({ id: `${index}` }));
    expect(shown(await bulkPrompts({ update }))).toEqual(siem(400, 'More than 100 ids sent for bulk edit action.'));
  });

  it('creates, updates and deletes', async () => {
    const space = 'all-three';
    await bulkPrompts({ create: [{ ...quick('kept'), color: 'red', isDefault: false }, quick('gone')] }, space);
    const [kept, gone] = [await named('kept', space), await named('gone', space)];
    const answer = await bulkPrompts(
      {
        create: [quick('new')],
        update: [{ id: kept.id, content: 'changed', categories: ['a'], isDefault: true, consumer: 'x', name: 'y' }],
        delete: { ids: [gone.id], query: '*' },
      },
      space,
    );
    const time = expect.stringMatching(ISO_TIME);
    expect(shown(answer)).toEqual({
      status: 200,
      body: {
        success: true,
        prompts_count: 3,
        attributes: {
          results: {
            updated: [{ ...kept, content: 'changed', categories: ['a'], updatedAt: time }],
            created: [
              { ...quick('new'), timestamp: time, updatedAt: time, users: kept.users, id: expect.stringMatching(ID) },
            ],
            deleted: [gone.id],
            skipped: [],
          },
          summary: { failed: 0, succeeded: 3, skipped: 0, total: 3 },
        },
      },
    });
    expect(await named('kept', space)).toEqual(answer.body.attributes.results.updated[0]);
    expect(await named('gone', space)).toBeUndefined();
  });

  it('empties the content that an update does not send', async () => {
    await bulkPrompts({ create: [quick('full')] }, 'emptied');
    const { id } = await named('full', 'emptied');
    await bulkPrompts({ update: [{ id, color: 'blue' }] }, 'emptied');
    expect(await named('full', 'emptied')).toMatchObject({ content: '', color: 'blue', promptType: 'quick' });
  });

  it('changes and deletes the prompts of the beginning', async () => {
    const [one, two] = (await findPrompts({}, 'beginning')).body.data;
    const update = [{ id: one.id, content: 'ours' }];
    expect((await bulkPrompts({ update, delete: { ids: [two.id] } }, 'beginning')).status).toBe(200);
    expect((await findPrompts({}, 'beginning')).body).toMatchObject({
      total: 1,
      data: [{ id: one.id, content: 'ours' }],
    });
  });

  it('refuses a name that the caller has, and lets others have it', async () => {
    await bulkPrompts({ create: [quick('mine')] }, 'names');
    const { id } = await named('mine', 'names');
    expect(shown(await bulkPrompts({ create: [quick('free'), quick('mine')] }, 'names'))).toEqual(
      siem(409, `prompt with id: "${id}" already exists`),
    );
    expect(await named('free', 'names')).toBeUndefined();
    expect((await bulkPrompts({ create: [quick('mine')] }, 'names', { as: 'other' })).status).toBe(200);
    expect((await findPrompts({ filter: 'name:mine' }, 'names', { as: 'other' })).body.total).toBe(2);
  });

  it('cannot look for a name with a colon', async () => {
    const { status, body } = await bulkPrompts({ create: [quick('a:b')] });
    expect([status, body.status_code]).toEqual([500, 500]);
    expect(body.message).toMatch(/^Expected .+ found\.\nusers:\{ id: "u_[^"]+" \} AND \(name:a:b\)\n-+\^$/);
  });

  it('does not reach the prompts of others', async () => {
    await bulkPrompts({ create: [quick('private')] }, 'others');
    const { id } = await named('private', 'others');
    const { status, body } = await bulkPrompts({ update: [{ id, content: 'x' }], delete: { ids: [id] } }, 'others', {
      as: 'other',
    });
    expect(status).toBe(500);
    expect(body).toMatchObject({
      message: 'Bulk edit failed',
      attributes: { errors: [{ prompts: [{ id: '', name: '' }] }] },
    });
    expect(await named('private', 'others')).toMatchObject({ content: 'c' });
  });

  it('keeps a prompt as large as a request may be', async () => {
    const content = Array.from({ length: 50_000 }, () => Math.random().toString(36).slice(2)).join(' ');
    await bulkPrompts({ create: [{ ...quick('large'), content }] }, 'large');
    const { id } = await named('large', 'large');
    expect((await named('large', 'large')).content).toBe(content);
    await bulkPrompts({ update: [{ id, content: `${content}!` }] }, 'large');
    expect((await named('large', 'large')).content).toBe(`${content}!`);
    expect((await bulkPrompts({ delete: { ids: [id] } }, 'large')).status).toBe(200);
  });
});
