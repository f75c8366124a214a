import { describe, expect, it } from 'vitest';
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

const manifest = { name: 'x', version: '1.0.0', title: 'X', description: 'd', format_version: '1.0.0', owner: {} };
const infoOf = (fields: object) => packageInfo.parse({ ...manifest, ...fields });

it.each<[unknown, unknown]>([
  [{}, undefined],
  [{ dynamic_dataset: false, dynamic_namespace: false }, undefined],
  [{ dynamic_dataset: true }, { dynamic_dataset: true }],
  [{ privileges: { cluster: ['monitor'] } }, undefined],
  [{ privileges: { indices: ['all', 'write'] } }, undefined],
  [
    { dynamic_namespace: true, privileges: { cluster: ['monitor'], indices: ['read', 'all', 'auto_configure'] } },
    { dynamic_namespace: true, privileges: { indices: ['read', 'auto_configure'] } },
  ],
])('a data stream that asks for %j of Elasticsearch gets %j', (elasticsearch, expected) => {
  const streams = [{ input: 'l', title: 'S', template_path: 's.hbs' }];
  const info = infoOf({
    policy_templates: [{ name: 't', title: 'T', description: 'd', inputs: [{ type: 'l', title: 'L' }] }],
    data_streams: [{ path: 'ds', type: 'logs', title: 'DS', dataset: 'x.ds', package: 'x', elasticsearch, streams }],
  });
  expect(agentInputs(info)[0]?.streams[0]?.dataStream.elasticsearch).toEqual(expected);
});

describe('templates that are an input', () => {
  const template = (name: string, input: string) => ({ name, title: name, description: 'd', type: 'logs', input });
  const policy_templates = [template('one', 'l'), template('two', 'l'), template('other', 'm')];

  it('share the streams of their type in a package that is an input', () => {
    expect(agentInputs(infoOf({ type: 'input', policy_templates }))).toMatchObject([
      {
        id: 'one-l',
        streams: [
          { id: 'l-x.one', title: 'one', directory: undefined },
          { id: 'l-x.two', title: 'two' },
        ],
      },
      { id: 'two-l', streams: [{ id: 'l-x.one' }, { id: 'l-x.two' }] },
      { id: 'other-m', streams: [{ id: 'm-x.other' }] },
    ]);
  });

  it('have the streams of its data streams in an integration', () => {
    const streams = [{ input: 'l', title: 'S', template_path: 's.hbs' }];
    const data_streams = [{ path: 'ds', type: 'logs', title: 'DS', dataset: 'x.ds', package: 'x', streams }];
    expect(agentInputs(infoOf({ type: 'integration', policy_templates, data_streams }))).toMatchObject([
      { id: 'one-l', streams: [{ id: 'l-x.ds', directory: 'ds' }] },
      { id: 'two-l', streams: [{ id: 'l-x.ds' }] },
      { id: 'other-m', streams: [] },
    ]);
  });
});

it('an input may leave texts empty that need not be there', () => {
  const info = infoOf({
    type: null,
    policy_templates: [
      { name: 't', title: 'T', description: 'd', inputs: [{ type: 'logs', title: null, description: null }] },
    ],
  });
  expect(agentInputs(info)).toMatchObject([{ id: 't-logs', title: undefined, description: undefined }]);
});
