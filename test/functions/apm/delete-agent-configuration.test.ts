import { describe, expect, it } from 'vitest';
import { agentConfigurations, invalid, notFound, PATH, SERVICE, shown } from './agent-configurations.ts';

const { call, given, view, remove } = agentConfigurations();
const DELETE = `DELETE ${PATH}`;

describe('DELETE /api/apm/settings/agent-configuration', () => {
  it('deletes exactly one configuration', async () => {
    await given({ name: 'kept' });
    await given({ name: 'kept', environment: 'gone' });
    expect(shown(await remove({ name: 'kept', environment: 'gone' }))).toEqual({
      status: 200,
      body: { result: 'deleted' },
    });
    expect(shown(await view({ name: 'kept', environment: 'gone' }))).toEqual(notFound);
    expect((await view({ name: 'kept' })).status).toBe(200);
  });

  it('answers 404 when there is none, or no longer', async () => {
    await given({ name: 'twice' });
    const answers = await Promise.all([remove({ name: 'twice' }), remove({ name: 'twice' })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
    expect(shown(await remove({ name: 'twice' }))).toEqual(notFound);
  });

  it('gives a configuration created again another id', async () => {
    const was = await given({ name: 'again' });
    await remove({ name: 'again' });
    expect((await given({ name: 'again' })).id).not.toBe(was.id);
  });

  it.each([
    ['no body', undefined, `in /body: undefined does not match expected type { service: ${SERVICE} }`],
    ['no service', {}, `in /body/service: undefined does not match expected type ${SERVICE}`],
    [
      'a name that is no text',
      { service: { name: 1 } },
      'in /body/service/name: 1 does not match expected type string',
    ],
    ['keys nobody knows', { service: {}, foo: 1 }, 'Excess keys are not allowed:\nbody.foo'],
  ])('refuses %s', async (_name, body, line) => {
    expect(shown(await call(DELETE, { body }))).toEqual(invalid(line));
  });
});
