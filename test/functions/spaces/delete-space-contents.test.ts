import { globSync, readFileSync } from 'node:fs';
import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { dynamodb } from '../../../lib/stores/dynamodb.ts';
import { jobOf } from '../../../lib/stores/jobs.ts';
import { type Row, rows } from '../../../lib/stores/read.ts';
import { putAlias } from '../../../lib/stores/saved-object-aliases.ts';
import { sweep } from '../../../lib/stores/sweeps.ts';
import { type Table, tableName } from '../../../lib/stores/tables.ts';
import { write } from '../../../lib/stores/write.ts';
import { coreText } from '../../lib/http/serve.ts';
import { failFirst, intercept } from '../../lib/stores/store.ts';
import { cases, userComment } from '../cases/cases.ts';
import { INDEX, JIRA } from '../connectors/connectors.ts';
import { queryRule } from '../detections/detections.ts';
import { migrations } from '../detections/migrations.ts';
import { timelines } from '../timelines/timelines.ts';

const { call, givenTimeline, givenNote, givenPin } = timelines();
const { givenCase, givenComment } = cases();
const { givenIndex, givenMigration } = migrations();

const TABLES: readonly Table[] = ['SavedObjects', 'Documents', 'Entities'];

/** Everything in the tables that belongs to a space, by its address. */
async function rowsOf(space: string): Promise<string[]> {
  const found: string[] = [];
  for (const table of TABLES) {
    const pages = paginateScan({ client: dynamodb() as DynamoDBDocumentClient }, { TableName: tableName(table) });
    for await (const { Items = [] } of pages) {
      for (const row of Items as Row[]) {
        if (JSON.stringify(row).includes(space)) found.push(`${String(row.pk)} ${String(row.sk)}`);
      }
    }
  }
  return found;
}

async function succeed(line: string, body?: unknown) {
  const answer = await call(line, body === undefined ? {} : { body });
  expect(answer.status, `${line}: ${answer.text}`).toBeLessThan(300);
  return answer.body;
}

/** A space with something of everything in it. */
async function givenFullSpace(id: string) {
  const prefix = `/s/${id}`;
  await succeed('POST /api/spaces/space', { id, name: id });
  const dashboard = `${id}-board`;
  await succeed(`POST ${prefix}/api/dashboards/dashboard/${dashboard}`, {
    attributes: { title: 'A board', description: 'd'.repeat(500_000) },
  });
  const connector = await succeed(`POST ${prefix}/api/actions/connector`, JIRA);
  await succeed(`POST ${prefix}/api/actions/connector`, INDEX);
  const rule = await succeed(`POST ${prefix}/api/detection_engine/rules`, { ...queryRule, rule_id: `${id}-rule` });
  const template = { timelineType: 'template', templateTimelineId: `${id}-template`, templateTimelineVersion: 1 };
  const { savedObjectId: timeline } = await givenTimeline(template, prefix);
  await givenNote({ timelineId: timeline }, prefix);
  await givenNote({ timelineId: '', eventId: 'an-event', note: 'n'.repeat(500_000) }, prefix);
  await givenPin(timeline, 'an-event', prefix);
  const { id: caseId } = await givenCase({}, { space: id });
  await givenComment(caseId, userComment(), { space: id });
  const index = await givenIndex(`.siem-signals-${id}`, {}, id);
  const migration = await givenMigration(index, prefix);
  await succeed(`POST ${prefix}/api/security/entity_store/install`, {});
  await succeed(`PATCH ${prefix}/api/risk_score/engine/saved_object/configure`, {});
  await succeed(`POST ${prefix}/api/asset_criticality`, {
    id_field: 'host.name',
    id_value: 'a-host',
    criticality_level: 'low_impact',
  });
  const alias = { type: 'dashboard', space: id, id: 'former-id' };
  await write(...putAlias(alias, { targetId: dashboard, now: new Date() }));
  return { dashboard, connector, rule, timeline, caseId, migration };
}

const remove = async (id: string) => {
  const { status, text } = await call(`DELETE /api/spaces/space/${id}`);
  return { status, text };
};

beforeAll(() => givenFullSpace('other'));

describe('DELETE /api/spaces/space/{id}', () => {
  it('deletes the saved objects in it, and nothing else', async () => {
    const before = await rowsOf('other');
    const { dashboard, connector, rule, timeline, caseId } = await givenFullSpace('full');
    expect(await remove('full')).toEqual({ status: 204, text: '' });
    for (const gone of [
      `/api/dashboards/dashboard/${dashboard}`,
      `/api/actions/connector/${connector.id}`,
      `/api/detection_engine/rules?id=${rule.id}`,
      '/api/detection_engine/rules?rule_id=full-rule',
      `/api/timeline?id=${timeline}`,
      '/api/timeline?template_timeline_id=full-template',
      `/api/cases/${caseId}`,
      '/api/saved_objects/resolve/dashboard/former-id',
    ]) {
      expect((await call(`GET /s/full${gone}`)).status, gone).toBe(404);
    }
    expect((await call('GET /s/full/api/cases/reporters')).body).toEqual([]);
    expect((await call('GET /s/full/api/security/entity_store/status')).body.status).toBe('not_installed');
    expect((await call('GET /s/full/api/asset_criticality?id_field=host.name&id_value=a-host')).status).toBe(200);
    expect(await rowsOf('other')).toEqual(before);
  });

  it('leaves nothing behind but what Elasticsearch has in indices', async () => {
    await givenFullSpace('traces');
    expect(await remove('traces')).toEqual({ status: 204, text: '' });
    for await (const job of rows({ table: 'Jobs', pk: 'jobs' })) await sweep(jobOf(job));
    expect((await rowsOf('traces')).toSorted()).toEqual([
      'traces#asset-criticality host.name:a-host',
      'traces#signals_index .siem-signals-traces',
      'traces#signals_index .siem-signals-traces-r000077',
    ]);
  });

  it('lets a new space of the id begin anew', async () => {
    await givenFullSpace('again');
    await remove('again');
    const { rule } = await givenFullSpace('again');
    const { body } = await call('GET /s/again/api/detection_engine/rules/_find');
    expect(body.data.map(({ id }: { id: string }) => id)).toEqual([rule.id]);
    expect((await call('GET /s/again/api/cases/reporters')).body).toHaveLength(1);
  });

  it('keeps the space when the store fails in between; a repeat goes on', async () => {
    await givenFullSpace('broken');
    failFirst('TransactWriteCommand', 1, () => new Error('the store is down'));
    expect((await remove('broken')).status).toBe(500);
    expect((await call('GET /api/spaces/space/broken')).status).toBe(200);
    expect(await remove('broken')).toEqual({ status: 204, text: '' });
  });

  it.each([
    ['objects', 'TransactWriteCommand'],
    ['rows', 'BatchWriteCommand'],
  ])('ends with an error when time is over among %s; a repeat goes on', async (name, command) => {
    const id = `slow-${name}`;
    await givenFullSpace(id);
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    let isOver = false;
    intercept((sent, send) => {
      if (!isOver && sent.name === command) vi.setSystemTime(Date.now() + 3_600_000);
      isOver ||= sent.name === command;
      return send();
    });
    const message = `The time for one request was over before the space [${id}] was empty. Delete it again to go on.`;
    const failed = await remove(id);
    expect(isOver).toBe(true);
    expect(failed).toEqual({ status: 500, text: coreText(500, 'Internal Server Error', message) });
    expect((await call(`GET /api/spaces/space/${id}`)).status).toBe(200);
    expect(await remove(id)).toEqual({ status: 204, text: '' });
  });
});

it('knows every area that has saved objects of its own', () => {
  const root = new URL('../../..', import.meta.url).pathname;
  const textOf = (file: string) => readFileSync(`${root}${file}`, 'utf8');
  const areas = globSync('lib/*/*.ts', { cwd: root })
    .filter((file) => !file.startsWith('lib/stores/'))
    .filter((file) => /registerType\([^)]*namespaces: '(single|multiple)/s.test(textOf(file)))
    .map((file) => file.split('/')[1]);
  expect(areas.toSorted()).toEqual(['detections', 'entities', 'timelines']);
  for (const area of areas) {
    expect(textOf('functions/spaces/delete-space.ts')).toContain(`lib/${area}/space-content.ts`);
  }
});
