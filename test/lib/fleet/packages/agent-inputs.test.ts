import { expect, it } from 'vitest';
import { agentInputs, defaultsOf } from '../../../../lib/fleet/packages/agent-inputs.ts';
import { packageInfo } from '../../../../lib/fleet/packages/package-model.ts';

it.each([
  ['no default', undefined],
  ['null', null],
  ['an empty text', ''],
])('a variable of many values with %s has none', (_name, value) => {
  const variable = { name: 'paths', type: 'text', default: value };
  expect(defaultsOf([{ ...variable, multi: true }])).toEqual({ paths: { type: 'text', value: [] } });
  expect(defaultsOf([variable])).toEqual({ paths: { type: 'text', value } });
});

it('an input may leave texts empty that need not be there', () => {
  const info = packageInfo.parse({
    name: 'x',
    version: '1.0.0',
    title: 'X',
    description: 'd',
    type: null,
    format_version: '1.0.0',
    owner: {},
    policy_templates: [
      { name: 't', title: 'T', description: 'd', inputs: [{ type: 'logs', title: null, description: null }] },
    ],
  });
  expect(agentInputs(info)).toMatchObject([{ id: 't-logs', title: undefined, description: undefined }]);
});
