import { expect, it } from 'vitest';
import { getMigrations, putTask } from '../../../lib/detections/migrations.ts';
import { changeIndex, findSignalsIndex } from '../../../lib/detections/signals-indices.ts';
import { write } from '../../../lib/stores/write.ts';
import { aTime, badRequest, checksCallers, shown, siem } from './detections.ts';
import { DEPRECATED, migrations, SIGNALS } from './migrations.ts';

const api = migrations();
const { call, givenIndex, givenMigration, finalize } = api;
const ALIASES = ['.alerts-security.alerts-default', '.siem-signals-default'];

checksCallers(api, `POST ${SIGNALS}/finalize_migration`, {
  privilege: 'securitySolution',
  granted: ['feature_siemV3.read'],
  refused: ['feature_discover.all'],
  xsrf: 'unless-cross-site',
  body: {},
});

async function stored(id: string) {
  const [migration] = await getMigrations('default', [id]);
  return migration!;
}
const aliases = async (name: string) => (await findSignalsIndex('default', name))!.aliases;

it('finishes a migration, and leaves it so', async () => {
  const name = await givenIndex('.siem-signals-default-000010');
  const id = await givenMigration(name);
  const answer = await finalize([id]);
  const entry = {
    id,
    completed: true,
    destinationIndex: `${name}-r000077`,
    status: 'success',
    sourceIndex: name,
    version: 77,
    updated: aTime,
  };
  expect(shown(answer)).toEqual({ status: 200, body: { migrations: [entry] } });
  expect(Object.keys(answer.body.migrations[0])).toEqual(Object.keys(entry));
  expect(answer.headers.warning).toBe(DEPRECATED);
  expect(await aliases(name)).toEqual([]);
  expect(await aliases(`${name}-r000077`)).toEqual(ALIASES);
  expect((await findSignalsIndex('default', `${name}-r000077`))!.is_write_index).toBe(false);
  expect((await finalize([id])).body).toEqual(answer.body);
});

it('finishes the index that every space begins with', async () => {
  const id = await givenMigration('.siem-signals-default-000001');
  expect((await finalize([id])).body.migrations).toMatchObject([{ completed: true }]);
  expect(await aliases('.siem-signals-default-000001')).toEqual([]);
});

it('waits for the task', async () => {
  const name = await givenIndex('.siem-signals-default-000020');
  const id = await givenMigration(name);
  const { taskId, updated } = await stored(id);
  await write(putTask(taskId, false));
  const pending = { id, completed: false, status: 'pending', sourceIndex: name, updated };
  expect((await finalize([id])).body.migrations).toMatchObject([pending]);
  expect(await aliases(name)).toEqual(ALIASES);
  await write(putTask(taskId, true));
  expect((await finalize([id])).body.migrations).toMatchObject([{ completed: true, status: 'success' }]);
});

async function withAlerts(name: string, count: number) {
  const index = (await findSignalsIndex('default', name))!;
  await write(changeIndex('default', index, { signals: [{ version: 77, count }] }));
}

it('fails when the counts differ', async () => {
  const name = await givenIndex('.siem-signals-default-000030');
  const id = await givenMigration(name);
  await withAlerts(`${name}-r000077`, 4);
  const error = {
    message: `The source and destination indexes have different document counts. Source [${name}] has [5] documents, while destination [${name}-r000077] has [4] documents.`,
    status_code: 400,
  };
  const entry = {
    id,
    destinationIndex: `${name}-r000077`,
    error,
    status: 'pending',
    sourceIndex: name,
    version: 77,
    updated: aTime,
  };
  const { body } = await finalize([id]);
  expect(body.migrations).toEqual([entry]);
  expect((await finalize([id])).body.migrations).toEqual([
    { ...entry, status: 'failure', updated: (await stored(id)).updated },
  ]);
  expect(await aliases(name)).toEqual(ALIASES);
  expect(await findSignalsIndex('default', `${name}-r000077`)).toMatchObject({
    aliases: [],
    cleanup: '.alerts-security.alerts-default-migration-cleanup',
  });
});

it('does nothing when any is missing', async () => {
  const id = await givenMigration(await givenIndex('.siem-signals-default-000040'));
  for (const missing of ['dne-migration', '', 'x'.repeat(2_000)]) {
    const answer = await finalize([id, missing, 'another']);
    expect(shown(answer)).toEqual(siem(404, `Saved object [security-solution-signals-migration/${missing}] not found`));
    expect(answer.headers.warning).toBe(DEPRECATED);
  }
  expect((await stored(id)).status).toBe('pending');
  expect((await finalize([id], '/s/other')).status).toBe(404);
});

it('tells an error of Elasticsearch for the one it concerns', async () => {
  const name = await givenIndex('.siem-signals-default-000050');
  const id = await givenMigration(name);
  const fine = await givenMigration(await givenIndex('.siem-signals-default-000051'));
  await write(changeIndex('default', (await findSignalsIndex('default', name))!, { aliases: [ALIASES[1]!] }));
  const { status, body } = await finalize([id, fine]);
  expect({ status, body }).toMatchObject({
    status: 200,
    body: {
      migrations: [
        {
          id,
          status: 'pending',
          error: { message: `aliases_not_found_exception: aliases [${ALIASES[0]}] missing`, status_code: 404 },
        },
        { id: fine, completed: true },
      ],
    },
  });
  expect(body.migrations[0]).not.toHaveProperty('completed');
});

it('agrees with itself when it is called many times at once', async () => {
  const name = await givenIndex('.siem-signals-default-000060');
  const id = await givenMigration(name);
  const answers = await Promise.all(Array.from({ length: 5 }, () => finalize([id, id])));
  for (const { status, body } of answers) {
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        migrations: [
          { id, completed: true },
          { id, completed: true },
        ],
      },
    });
  }
  expect(await aliases(name)).toEqual([]);
  expect(await aliases(`${name}-r000077`)).toEqual(ALIASES);
});

it.each([
  [{}, 'migration_ids: Required'],
  [{ migration_ids: [] }, 'migration_ids: Array must contain at least 1 element(s)'],
  [{ migration_ids: 'x' }, 'migration_ids: Expected array, received string'],
  [{ migration_ids: [1] }, 'migration_ids.0: Expected string, received number'],
  [undefined, 'Expected object, received null'],
])('refuses %j', async (body, message) => {
  const answer = await call(`POST ${SIGNALS}/finalize_migration`, { body });
  expect(shown(answer)).toEqual(badRequest(`[request body]: ${message}`));
  expect(answer.headers).not.toHaveProperty('warning');
});
