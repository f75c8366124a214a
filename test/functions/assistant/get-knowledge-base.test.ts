import { expect, it } from 'vitest';
import { assistant, checksCallers, PATH } from './assistant.ts';

const api = assistant();
const { call } = api;
const statusIn = async (space: string) => {
  const { status, body } = await call(`GET /s/${space}${PATH}/knowledge_base/user`);
  expect(status).toBe(200);
  return body;
};

checksCallers(api, `GET ${PATH}/knowledge_base/user`, {
  privileges: 'elasticAssistant',
  granted: 'feature_securitySolutionAssistant.all',
  denied: 'feature_siemV3.all',
});

it('works without a resource, too', async () => {
  expect((await call(`POST /s/bare${PATH}/knowledge_base`)).body).toEqual({ success: true });
  const { status, body } = await call(`GET /s/bare${PATH}/knowledge_base`);
  expect({ status, body }).toEqual({ status: 200, body: await statusIn('bare') });
});

it.each<[string, string[], [boolean, boolean]]>([
  ['nothing', [], [false, false]],
  ['a setup without Security Labs', ['?ignoreSecurityLabs=true'], [true, false]],
  ['a whole setup', [''], [true, true]],
  ['both, one after the other', ['', '?ignoreSecurityLabs=true'], [true, true]],
])('tells of a space after %s', async (name, setups, [elser_exists, security_labs_exists]) => {
  const space = name.toLowerCase().replace(/\W/g, '-');
  for (const query of setups) await call(`POST /s/${space}${PATH}/knowledge_base/user${query}`);
  expect(await statusIn(space)).toEqual({
    elser_exists,
    is_setup_in_progress: false,
    is_setup_available: true,
    security_labs_exists,
    user_data_exists: security_labs_exists,
    product_documentation_status: 'uninstalled',
  });
});
