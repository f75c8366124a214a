import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { assistant, badRequest, checksCallers, core, PATH, shown, siem } from './assistant.ts';

const api = assistant();
const { call } = api;
const POST = `POST ${PATH}/knowledge_base`;
const done = { status: 200, body: { success: true } };

checksCallers(api, `${POST}/user`, {
  privileges: 'elasticAssistant',
  granted: 'feature_securitySolutionAssistant.all',
  denied: 'feature_siemV3.all',
  xsrf: 'unless-cross-site',
});

describe('POST /api/security_ai_assistant/knowledge_base/{resource}', () => {
  const union = (received: string) =>
    `ignoreSecurityLabs: Invalid enum value. Expected 'true' | 'false', received '${received}', ignoreSecurityLabs: Expected boolean, received string`;
  it.each([
    ['ignoreSecurityLabs=yes', union('yes')],
    ['ignoreSecurityLabs=', union('')],
    ['modelId=a&modelId=b', 'modelId: Expected string, received array'],
  ])('refuses ?%s', async (query, message) => {
    expect(shown(await call(`${POST}/user?${query}`))).toEqual(badRequest(`[request query]: ${message}`));
  });

  it.each(['user', 'security_labs', 'anything%20at%20all'])(
    'sets up the same for %s, with any body',
    async (resource) => {
      expect(shown(await call(`${POST}/${resource}?modelId=x`, { body: { any: 1 } }))).toEqual(done);
      expect(shown(await call(`${POST}/${resource}`))).toEqual(done);
    },
  );

  it('refuses a body that is not JSON', async () => {
    expect(shown(await call(`${POST}/user`, { body: '{' }))).toEqual(badRequest('Invalid request payload JSON format'));
  });

  it('is not the operation that creates entries', async () => {
    expect(shown(await call(`${POST}/entries`, { body: {} }))).toEqual(core(404, 'Not Found', 'Not Found'));
  });

  it('succeeds for many at once', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => call(`POST /s/crowd${PATH}/knowledge_base/user`)));
    expect(answers.map(shown)).toEqual([done, done, done]);
  });

  it('loads Security Labs content only for who may, and sets up the rest', async () => {
    const as = await givenUser('minimal', { kibana: ['feature_securitySolutionAssistant.minimal_all'] });
    const line = `POST /s/labs${PATH}/knowledge_base/user`;
    const status = async () => (await call(`GET /s/labs${PATH}/knowledge_base/user`)).body;
    expect(shown(await call(line, { as }))).toEqual(
      siem(500, 'User lacks privileges to create global knowledge base entries'),
    );
    expect(await status()).toMatchObject({ elser_exists: true, security_labs_exists: false });
    expect(shown(await call(`${line}?ignoreSecurityLabs=true`, { as }))).toEqual(done);
    await call(line);
    expect(shown(await call(line, { as }))).toEqual(done);
    expect(await status()).toMatchObject({ security_labs_exists: true });
  });
});
