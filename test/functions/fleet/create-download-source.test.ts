import { describe, expect, it } from 'vitest';
import { findPolicy } from '../../../lib/fleet/policies.ts';
import { kibana } from '../../support/kibana.ts';
import { checksCallers, givenPolicy, refusal, shown } from './settings.ts';

const { call } = kibana();
const SOURCES = 'POST /api/fleet/agent_download_sources';
const create = (body: unknown) => call(SOURCES, { body });
const defaults = async () => {
  const { body } = await call('GET /api/fleet/agent_download_sources');
  return body.items.flatMap(({ id, is_default }: { id: string; is_default: boolean }) => (is_default ? [id] : []));
};

checksCallers(call, SOURCES, {
  named: 'fleet-settings-all',
  granted: ['feature_fleetv2.settings_all', 'all'],
  refused: ['feature_fleetv2.minimal_all', 'feature_fleetv2.settings_read'],
  body: {},
});

it('creates a source, its host as it is given', async () => {
  const answer = await create({ id: 'mine', name: 'Mine', host: 'http://test.fr/agents?x=1' });
  expect(shown(answer)).toEqual({
    status: 200,
    body: { item: { id: 'mine', name: 'Mine', host: 'http://test.fr/agents?x=1', is_default: false } },
  });
  const { body } = await create({ name: '', host: 'https://h', proxy_id: null });
  expect(body.item).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name: '',
    host: 'https://h',
    is_default: false,
    proxy_id: null,
  });
  expect((await create({ name: 'No proxy', host: 'https://h', proxy_id: '' })).body.item.proxy_id).toBe('');
});

describe('refuses', () => {
  it.each<[unknown, string]>([
    [{}, '[request body.name]: expected value of type [string] but got [undefined]'],
    [{ name: 'n' }, '[request body.host]: expected value of type [string] but got [undefined]'],
    [{ name: 'n', host: 'h' }, '[request body.host]: expected URI with scheme [http|https].'],
    [{ name: 'n', host: 'ftp://h' }, '[request body.host]: expected URI with scheme [http|https].'],
    [{ name: 'n', host: 'http://h', foo: 1 }, '[request body.foo]: definition for this key is missing'],
    [
      { name: 'n', host: 'http://h', is_default: 'x' },
      '[request body.is_default]: expected value of type [boolean] but got [string]',
    ],
    [{ name: 'n', host: 'http://h', proxy_id: 'p' }, 'Proxy p not found'],
    [
      { name: 'Elastic Artifacts', host: 'http://h', proxy_id: 'p' },
      "Download Source 'fleet-default-download-source' already exists with name 'Elastic Artifacts'",
    ],
    [
      { name: 'Elastic Artifacts', host: 'http://h' },
      "Download Source 'fleet-default-download-source' already exists with name 'Elastic Artifacts'",
    ],
  ])('%j', async (body, message) => {
    expect(shown(await create(body))).toEqual(refusal(400, message));
  });

  it('a name, or an id, that is taken', async () => {
    await create({ id: 'one', name: 'Taken', host: 'http://h' });
    const named = "Download Source 'one' already exists with name 'Taken'";
    expect(shown(await create({ name: 'Taken', host: 'http://h' }))).toEqual(refusal(400, named));
    const message = 'Saved object [ingest-download-sources/one] conflict';
    expect(shown(await create({ id: 'one', name: 'New', host: 'http://h', is_default: true }))).toEqual(
      refusal(409, message),
    );
    expect(await defaults()).toEqual(['fleet-default-download-source']);
    // The name of what was refused is still free.
    expect((await create({ name: 'New', host: 'http://h' })).status).toBe(200);
  });

  it('the same source again as a conflict, also the one that exists without being created', async () => {
    const source = { id: 'again', name: 'Again', host: 'http://h' };
    await create(source);
    expect(shown(await create(source))).toEqual(refusal(409, 'Saved object [ingest-download-sources/again] conflict'));
    const initial = { id: 'fleet-default-download-source', name: 'Elastic Artifacts', host: 'http://h' };
    expect(shown(await create(initial))).toEqual(
      refusal(409, 'Saved object [ingest-download-sources/fleet-default-download-source] conflict'),
    );
  });

  it('all but one of many with the same name at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => create({ name: 'Rival', host: 'http://h' })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400, 400, 400]);
  });
});

it('makes exactly one the default, and gives every policy a new revision', async () => {
  const policy = await givenPolicy({});
  const many = Array.from({ length: 12 }, (_, index) => ({
    id: `d${index}`,
    name: `D${index}`,
    host: 'http://h',
    is_default: true,
  }));
  expect((await Promise.all(many.map(create))).map(({ status }) => status)).toEqual(many.map(() => 200));
  expect(await defaults()).toHaveLength(1);
  expect((await findPolicy(policy))?.revision).toBe(1 + many.length);
});
