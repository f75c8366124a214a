import { describe, expect, it } from 'vitest';
import { allowedByDefault } from '../../../lib/assistant/default-anonymization.ts';
import { assistant, badRequest, checksCallers, ID, PATH, shown, siem } from './assistant.ts';

const api = assistant();
const { bulkFields, findFields } = api;

checksCallers(api, `GET ${PATH}/anonymization_fields/_find`, {
  privileges: 'elasticAssistant',
  granted: 'feature_securitySolutionAssistant.minimal_all',
  denied: 'feature_securitySolutionAssistant.update_anonymization',
});

describe('GET /api/security_ai_assistant/anonymization_fields/_find', () => {
  it('gives the defaults of a space that nobody has changed, always the same', async () => {
    const { body } = await findFields();
    expect(body).toMatchObject({ perPage: 20, page: 1, total: allowedByDefault.length });
    expect(body.data).toHaveLength(20);
    expect(body.data[0]).toEqual({
      timestamp: expect.any(String),
      createdAt: expect.any(String),
      createdBy: '',
      field: '_id',
      allowed: true,
      anonymized: false,
      namespace: 'default',
      id: expect.stringMatching(ID),
    });
    expect((await findFields()).body).toEqual(body);
    const { body: other } = await findFields({}, 'other');
    expect(other.data[0].id).not.toBe(body.data[0].id);
    const anonymized = await findFields({ filter: 'anonymized:true', sort_field: 'field' });
    expect(anonymized.body.data.map(({ field }: { field: string }) => field)).toEqual([
      'cloud.account.name',
      'entity.name',
      'host.name',
      'user.name',
      'user.target.name',
    ]);
  });

  it('shows first what was changed last', async () => {
    const space = 'order';
    for (const field of ['one', 'two']) {
      await bulkFields({ create: [{ field }] }, space);
      await new Promise((passed) => setTimeout(passed, 3));
    }
    const { body } = await findFields({ per_page: 3 }, space);
    expect(body.data.map(({ field }: { field: string }) => field)).toEqual(['two', 'one', '_id']);
  });

  it.each([
    [{ sort_field: 'field', sort_order: 'desc', per_page: 1 }, ['user.target.name']],
    [{ sort_field: 'field', per_page: 2, page: 2 }, ['Ransomware.files.data', 'Ransomware.files.entropy']],
    [{ filter: 'field:host.os.* and not field:host.os.name' }, ['host.os.version']],
    [{ filter: 'rule.*', sort_field: 'field' }, ['rule.name', 'rule.reference']],
    [{ filter: 'Field:x or nothing:*' }, []],
    [{ filter: '', per_page: 1 }, ['_id']],
    [{ per_page: 0 }, []],
    [{ page: 7 }, []],
    // Not decoded once more, as prompts are.
    [{ filter: 'field:100%' }, []],
  ])('answers %j', async (parameters, fields) => {
    const { status, body } = await findFields(parameters as Record<string, string>);
    expect([status, body.data.map(({ field }: { field: string }) => field)]).toEqual([200, fields]);
  });

  it.each([
    [
      { sort_field: 'title' },
      "sort_field: Invalid enum value. Expected 'created_at' | 'anonymized' | 'allowed' | 'field' | 'updated_at', received 'title'",
    ],
    [{ page: 0 }, 'page: Number must be greater than or equal to 1'],
    [{ per_page: -1 }, 'per_page: Number must be greater than or equal to 0'],
  ])('refuses %j', async (parameters, message) => {
    expect(shown(await findFields(parameters as Record<string, string>))).toEqual(
      badRequest(`[request query]: ${message}`),
    );
  });

  it('refuses bad KQL and too deep pages in its own shape', async () => {
    expect(shown(await findFields({ filter: 'response:' }))).toEqual(
      siem(500, 'Expected "(", "{", value, whitespace but end of input found.\nresponse:\n---------^'),
    );
    expect(shown(await findFields({ page: 101, per_page: 100 }))).toEqual(
      siem(400, 'search_phase_execution_exception: all shards failed'),
    );
    expect((await findFields({ filter: 'field:null' })).status).toBe(400);
  });
});
