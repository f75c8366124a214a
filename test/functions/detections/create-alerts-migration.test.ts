import { expect, it } from 'vitest';
import { anId, badRequest, checksCallers, shown, siem } from './detections.ts';
import { DEPRECATED, migrations, SIGNALS } from './migrations.ts';

const api = migrations();
const { call, givenIndex, start, statusOf } = api;

checksCallers(api, `POST ${SIGNALS}/migration`, {
  privilege: 'securitySolution',
  granted: ['feature_siemV3.read'],
  refused: ['feature_discover.all'],
  xsrf: 'required',
  body: {},
});

it('starts the migration of an outdated index', async () => {
  const name = await givenIndex('.siem-signals-default-000010');
  const answer = await start([name]);
  expect(shown(answer)).toEqual({
    status: 200,
    body: { indices: [{ index: name, migration_id: anId, migration_index: `${name}-r000077` }] },
  });
  expect(answer.headers.warning).toBe(DEPRECATED);
  const [{ migration_id }] = answer.body.indices;
  expect((await statusOf(name)).migrations).toMatchObject([{ id: migration_id, status: 'pending', version: 77 }]);
});

it('tells what came of each index, in order', async () => {
  const current = await givenIndex('.siem-signals-default-000020', {
    template_version: 77,
    signals: [{ version: 77, count: 1 }],
  });
  const oldAlerts = await givenIndex('.siem-signals-default-000021', {
    template_version: 77,
    signals: [{ version: 14, count: 1 }],
  });
  const written = await givenIndex('.siem-signals-default-000022', { is_write_index: true });
  const none = { migration_id: null, migration_index: null };
  const { body } = await start([current, written, oldAlerts, oldAlerts]);
  expect(body.indices).toEqual([
    { index: current, ...none },
    {
      index: written,
      error: { message: 'The specified index is a write index and cannot be migrated.', status_code: 400 },
      ...none,
    },
    { index: oldAlerts, migration_id: anId, migration_index: `${oldAlerts}-r000077` },
    {
      index: oldAlerts,
      error: {
        message: `resource_already_exists_exception: index [${oldAlerts}-r000077] already exists`,
        status_code: 400,
      },
      ...none,
    },
  ]);
});

it('refuses all when one holds no alerts of the space', async () => {
  const name = await givenIndex('.siem-signals-default-000030');
  const elsewhere = await givenIndex('.siem-signals-other-000030', {}, 'other');
  const answer = await start([name, 'a', elsewhere]);
  expect(shown(answer)).toEqual(
    siem(400, `The following indices are not signals indices and cannot be migrated: [a,${elsewhere}].`),
  );
  expect(answer.headers.warning).toBe(DEPRECATED);
  expect((await statusOf(name)).migrations).toEqual([]);
});

it('finds an outdated index in every space', async () => {
  const { body } = await start(['.siem-signals-new-000001', '.siem-signals-new-000002'], '/s/new');
  expect(body.indices).toMatchObject([{ migration_index: '.siem-signals-new-000001-r000077' }, { migration_id: null }]);
});

it.each([
  [{}, 'index: Required'],
  [{ index: [] }, 'index: Array must contain at least 1 element(s)'],
  [{ index: 'x' }, 'index: Expected array, received string'],
  [{ index: ['x'], size: 0 }, 'size: Number must be greater than or equal to 1'],
])('refuses %j', async (body, message) => {
  expect(shown(await call(`POST ${SIGNALS}/migration`, { body }))).toEqual(badRequest(`[request body]: ${message}`));
});
