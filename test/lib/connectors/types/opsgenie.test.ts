import { describe, expect, it } from 'vitest';
import { opsgenie } from '../../../../lib/connectors/types/opsgenie.ts';
import { garbage, nothing, outside, refusalOf, runOf } from '../outside.ts';

const world = outside();
const run = (subAction: string, subActionParams: object = {}) =>
  runOf(opsgenie, {
    params: { subAction, subActionParams },
    config: { apiUrl: world.url },
    secrets: { apiKey: 'genie-key' },
  });
const unparsable: [string, string] = [
  ']: could not parse object value from json input',
  ']: could not parse object value from json input',
];
const accepted = { status: 202, body: { result: 'Request will be processed', took: 0.1, requestId: 'r' } };

describe('.opsgenie', () => {
  it('creates an alert', async () => {
    world.replies(accepted);
    const alert = {
      message: 'hello',
      alias: 'a',
      description: 'd',
      responders: [
        { name: 'n', type: 'team' },
        { id: 'i', type: 'schedule' },
        { username: 'u', type: 'user' },
      ],
      visibleTo: [{ id: 'i', type: 'team' }],
      actions: ['x'],
      tags: ['t'],
      details: { k: 'v' },
      entity: 'e',
      source: 's',
      priority: 'P1',
      user: 'u',
      note: 'n',
    };
    expect(await run('createAlert', alert)).toEqual({ status: 'ok', data: accepted.body });
    expect(world.seen).toEqual([expect.objectContaining({ method: 'POST', path: '/v2/alerts', body: alert })]);
    expect(world.seen[0]?.headers.authorization).toBe('GenieKey genie-key');
  });

  it('closes an alert, whatever its alias', async () => {
    world.replies(accepted);
    expect(await run('closeAlert', { alias: 'a/b?c', note: 'n' })).toMatchObject({ status: 'ok' });
    expect(await run('closeAlert', { alias: 'x'.repeat(513) })).toMatchObject({ status: 'ok' });
    expect(world.seen.map(({ path, body }) => [path, body])).toEqual([
      ['/v2/alerts/a%2Fb%3Fc/close', { note: 'n' }],
      [expect.stringMatching(/^\/v2\/alerts\/sha-[0-9a-f]{64}\/close$/), {}],
    ]);
    expect(world.seen[0]?.query.get('identifierType')).toBe('alias');
  });

  it.each([
    [
      '422',
      { status: 422, body: { message: 'bad', errors: { user: 'no' } } },
      'Status code: 422. Message: bad: {"user":"no"}',
    ],
    ['401', { status: 401, body: { message: 'key' } }, 'Status code: 401. Message: key'],
    ['429', { status: 429 }, 'Status code: 429. Message: Request failed with status code 429'],
    ['500', { status: 500, body: 'x' }, 'Status code: 500. Message: Request failed with status code 500'],
    ['silence', nothing, 'Status code: undefined. Message: timeout of 250ms exceeded'],
    ['garbage', garbage, expect.stringContaining('Status code: undefined. Message: Parse Error')],
    [
      'a redirect elsewhere',
      { status: 302, headers: { location: 'http://10.0.0.1' } },
      expect.stringContaining('target hostname "10.0.0.1"'),
    ],
  ])('fails on %s', async (_name, reply, thrown) => {
    world.replies(reply);
    expect(await run('createAlert', { message: 'm' })).toEqual({ thrown });
  });

  const answers = (...problems: [string, string]) =>
    `Response validation failed (Error: types that failed validation:\n- [0${problems[0]}\n- [1${problems[1]})`;
  const noNumber = '.took]: expected value of type [number] but got [undefined]';
  it.each([
    [{}, answers(noNumber, noNumber)],
    [
      { took: '0.1', requestId: 'r', result: 5 },
      answers(
        '.result]: expected value of type [string] but got [number]',
        '.result]: expected value of type [string] but got [number]',
      ),
    ],
    ['x', answers(...unparsable)],
    ['', answers(...unparsable)],
  ])('refuses the answer %j', async (body, thrown) => {
    world.replies({ body });
    expect(await run('closeAlert', { alias: 'a' })).toEqual({ thrown });
  });

  it.each([
    { took: '0.1', requestId: 'r' },
    { took: 0, requestId: 'r', message: 'm', errors: 1, more: 2 },
  ])('gives the answer %j as it is', async (body) => {
    world.replies({ body });
    expect(await run('closeAlert', { alias: 'a' })).toEqual({ status: 'ok', data: body });
  });

  const invalid = (text: string) => `Request validation failed (Error: ${text})`;
  it.each([
    ['createAlert', {}, invalid('[message]: expected value of type [string] but got [undefined]')],
    [
      'createAlert',
      { message: ' ' },
      invalid('[message]: message must be populated with a value other than just whitespace'),
    ],
    [
      'createAlert',
      { message: 'x'.repeat(131) },
      invalid('[message]: value has length [131] but it must have a maximum length of [130].'),
    ],
    ['createAlert', { message: 'm', x: 1 }, invalid('[x]: definition for this key is missing')],
    ['closeAlert', {}, invalid('[alias]: expected value of type [string] but got [undefined]')],
    [
      'x',
      {},
      'Sub action "x" is not registered. Connector id: my-id. Connector name: Opsgenie. Connector type: .opsgenie',
    ],
  ])('%s refuses %j when it runs', async (subAction, params, thrown) => {
    expect(await run(subAction, params)).toEqual({ thrown });
    expect(world.seen).toEqual([]);
  });

  it.each([
    [{}, '[subAction]: expected value of type [string] but got [undefined]'],
    [
      { subAction: 'x', subActionParams: 5 },
      '[subActionParams]: expected a plain object value, but found [number] instead.',
    ],
    [{ subAction: 'x', subActionParams: 'y' }, '[subActionParams]: could not parse object value from json input'],
  ])('refuses the params %j', (params, problem) => {
    expect(refusalOf(opsgenie, { params })).toBe(`error validating action params: ${problem}`);
  });
});
