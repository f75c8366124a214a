import { expect, it } from 'vitest';
import { aTime, badRequest, checksCallers, shown } from './detections.ts';
import { DEPRECATED, migrations, SIGNALS } from './migrations.ts';

const api = migrations();
const { call, givenIndex, givenMigration, finalize } = api;
const status = (from: string, prefix = '') => call(`GET ${prefix}${SIGNALS}/migration_status?from=${from}`);

it('has nothing to tell of a space without alerts', async () => {
  const answer = await status('now-30d');
  expect(shown(answer)).toEqual({ status: 200, body: { indices: [] } });
  expect(answer.headers.warning).toBe(DEPRECATED);
});

checksCallers(api, `GET ${SIGNALS}/migration_status?from=now-1d`, {
  privilege: 'securitySolution',
  granted: ['feature_siemV3.read'],
  refused: ['feature_discover.read'],
});

it('tells how indices with alerts since a time stand', async () => {
  const newest = new Date(Date.now() - 5 * 86_400_000).toISOString();
  const signals = [
    { version: 14, count: 2 },
    { version: 57, count: 3 },
  ];
  const name = await givenIndex('.siem-signals-s-000001', { newest, signals }, 's');
  await givenIndex('.siem-signals-s-000002', { template_version: 77, signals: [], is_write_index: true }, 's');
  const id = await givenMigration(name, '/s/s');
  const of = {
    index: name,
    version: 57,
    signal_versions: [
      { count: 2, version: 14 },
      { count: 3, version: 57 },
    ],
    migrations: [{ id, status: 'pending', version: 77, updated: aTime }],
    is_outdated: true,
  };
  const { body } = await status('now-30d', '/s/s');
  expect(body.indices[0]).toEqual(of);
  expect(body.indices[1]).toMatchObject({ index: '.siem-signals-s-000002', is_outdated: false, signal_versions: [] });
  expect((await status('now-1d', '/s/s')).body.indices.map(({ index }: { index: string }) => index)).toEqual([
    '.siem-signals-s-000002',
  ]);
  await finalize([id], '/s/s');
  const { body: after } = await status('now-30d', '/s/s');
  expect(after.indices[0]).toEqual({
    index: `${name}-r000077`,
    version: 77,
    signal_versions: [{ count: 5, version: 77 }],
    migrations: [],
    is_outdated: false,
  });
});

it.each([
  ['', 'from: Required'],
  ['?from=yesterday', 'from: Failed to parse date-math expression'],
])('refuses the query %j', async (query, message) => {
  expect(shown(await call(`GET ${SIGNALS}/migration_status${query}`))).toEqual(
    badRequest(`[request query]: ${message}`),
  );
});
