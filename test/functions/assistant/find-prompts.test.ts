import { describe, expect, it } from 'vitest';
import { assistant, badRequest, checksCallers, PATH, shown, siem } from './assistant.ts';

const api = assistant();
const { call, bulkPrompts, findPrompts } = api;

checksCallers(api, `GET ${PATH}/prompts/_find`, {
  privileges: 'elasticAssistant',
  granted: 'feature_securitySolutionAssistant.minimal_all',
  denied: 'feature_siemV3.all',
});

const names = (body: { data: { name: string }[] }) => body.data.map(({ name }) => name);
const DEFAULTS = ['Default system prompt', 'Enhanced system prompt'];

/** A space with three prompts, the last one first in the default order. */
async function given(space: string) {
  const prompts = [
    {
      name: 'Triage',
      content: 'Summarise the alert.',
      promptType: 'quick',
      color: '#54B399',
      categories: ['security'],
      consumer: 'securitySolutionUI',
      isNewConversationDefault: false,
    },
    { name: 'alpha', content: 'security', promptType: 'system', isDefault: false },
    { name: 'Beta', content: 'x', promptType: 'system', isDefault: true },
  ];
  for (const prompt of prompts) {
    expect((await bulkPrompts({ create: [prompt] }, space)).status).toBe(200);
    await new Promise((passed) => setTimeout(passed, 3));
  }
}

describe('what it is sent', () => {
  it.each([
    ['page=0', 'page: Number must be greater than or equal to 1'],
    ['per_page=-1', 'per_page: Number must be greater than or equal to 0'],
    ['per_page=abc', 'per_page: Expected number, received nan'],
    ['page=1.5', 'page: Expected integer, received float'],
    [
      'sort_field=title',
      "sort_field: Invalid enum value. Expected 'created_at' | 'is_default' | 'name' | 'updated_at', received 'title'",
    ],
    ['sort_order=up', "sort_order: Invalid enum value. Expected 'asc' | 'desc', received 'up'"],
    ['filter=a&filter=b', 'filter: Expected string, received array'],
  ])('refuses %s', async (query, message) => {
    expect(shown(await call(`GET ${PATH}/prompts/_find?${query}`))).toEqual(badRequest(`[request query]: ${message}`));
  });

  it.each([
    'fields=a,b',
    'fields=a&fields=b',
    'fields=',
    'nothing=known',
    'page=1.0',
    'per_page=',
    'filter=',
    'sort_order=asc',
  ])('takes %s', async (query) => {
    const { status, body } = await call(`GET ${PATH}/prompts/_find?${query}`);
    expect([status, body.total]).toEqual([200, 2]);
  });

  it.each([
    ['response:', 'Expected "(", "{", value, whitespace but end of input found.\nresponse:\n---------^'],
    [
      'response:200 and not ',
      'Expected "(", field name, value but end of input found.\nresponse:200 and not \n---------------------^',
    ],
    ['100%', 'URI malformed'],
  ])('fails for the filter %s', async (filter, message) => {
    expect(shown(await findPrompts({ filter }))).toEqual(siem(500, message));
  });

  it('refuses pages beyond the result window, and a value that Elasticsearch does not take', async () => {
    const message = 'search_phase_execution_exception: all shards failed';
    expect(shown(await findPrompts({ page: 2, per_page: 5_001 }))).toEqual(badRequest(message));
    expect((await findPrompts({ page: 2, per_page: 5_000 })).status).toBe(200);
    expect(shown(await findPrompts({ filter: 'name:null' }))).toMatchObject({ status: 400, body: { statusCode: 400 } });
  });
});

describe('what it finds', () => {
  it('is every prompt of the space, the system prompts of the beginning too', async () => {
    await given('everything');
    const { body } = await findPrompts({}, 'everything');
    expect(Object.keys(body)).toEqual(['perPage', 'page', 'total', 'data']);
    expect([body.perPage, body.page, body.total]).toEqual([20, 1, 5]);
    expect(names(body)).toEqual(['Beta', 'alpha', 'Triage', ...DEFAULTS]);
    expect(body.data[2]).toEqual({
      timestamp: expect.any(String),
      users: [{ id: expect.stringMatching(/^u_/), name: 'elastic' }],
      content: 'Summarise the alert.',
      isNewConversationDefault: false,
      updatedAt: expect.any(String),
      id: expect.any(String),
      name: 'Triage',
      promptType: 'quick',
      color: '#54B399',
      categories: ['security'],
      consumer: 'securitySolutionUI',
    });
    expect(body.data[3]).toMatchObject({
      users: [],
      isDefault: true,
      promptType: 'system',
      consumer: 'securitySolutionUI',
    });
    expect(names((await findPrompts({}, 'another')).body)).toEqual(DEFAULTS);
  });

  it.each([
    ['prompt_type: quick', ['Triage']],
    ['promptType:quick', []],
    ['is_default:true', ['Beta', ...DEFAULTS]],
    ['not is_default:*', ['Triage']],
    ['prompt_type: "system" and is_default: false', ['alpha']],
    ['name:beta', []],
    ['name:"Default system prompt"', ['Default system prompt']],
    ['name:*eta', ['Beta']],
    ['security', ['alpha', 'Triage']],
    ['securitySol*', ['Triage', ...DEFAULTS]],
    ['consumer:SECURITYSOLUTIONUI', ['Triage', ...DEFAULTS]],
    ['users:{ name: elastic }', ['Beta', 'alpha', 'Triage']],
    ['users.name:elastic', []],
    ['NOT users: {name:* OR id:* }', DEFAULTS],
    ['updated_at >= now-10m', ['Beta', 'alpha', 'Triage']],
    ['name%3ABeta', ['Beta']],
    ['name:(alpha or Beta) or categories:security', ['Beta', 'alpha', 'Triage']],
  ])('is chosen by %s', async (filter, expected) => {
    const space = 'chosen';
    if ((await findPrompts({}, space)).body.total === 2) await given(space);
    const { body } = await findPrompts({ filter }, space);
    expect([names(body), body.total]).toEqual([expected, expected.length]);
  });

  it('is found by its id, which no free text meets', async () => {
    await given('ids');
    const { id } = (await findPrompts({ filter: 'name:alpha' }, 'ids')).body.data[0];
    expect(names((await findPrompts({ filter: `_id:"${id}"` }, 'ids')).body)).toEqual(['alpha']);
    expect(names((await findPrompts({ filter: `"${id}"` }, 'ids')).body)).toEqual([]);
  });

  it.each([
    [{ sort_field: 'name' }, ['Beta', ...DEFAULTS, 'Triage', 'alpha']],
    [{ sort_field: 'name', sort_order: 'desc' }, ['alpha', 'Triage', DEFAULTS[1], DEFAULTS[0], 'Beta']],
    [{ sort_field: 'updated_at', per_page: 2 }, ['Triage', 'alpha']],
    [{ sort_field: 'is_default', sort_order: 'desc', filter: 'not users:{ name: nobody }' }, 'Triage'],
    [{ sort_field: 'created_at', per_page: 2 }, DEFAULTS],
    [{ sort_order: 'asc', per_page: 1 }, ['Beta']],
    [{ per_page: 2, page: 2 }, ['Triage', DEFAULTS[0]]],
    [{ per_page: 2, page: 9 }, []],
    [{ per_page: 0 }, []],
  ])('is sorted and paged by %j', async (parameters, expected) => {
    const space = 'sorted';
    if ((await findPrompts({}, space)).body.total === 2) await given(space);
    const { body } = await findPrompts(parameters as Record<string, string>, space);
    expect(body.total).toBe(5);
    // Of those without the value nothing but their place at the end is certain.
    if (typeof expected === 'string') expect(names(body).at(-1)).toBe(expected);
    else expect(names(body)).toEqual(expected);
  });
});
