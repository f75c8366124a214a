import { randomInt } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { dynamodb } from '../../lib/stores/dynamodb.ts';
import { rows } from '../../lib/stores/read.ts';
import { type Table, tableName } from '../../lib/stores/tables.ts';
import { type RunningKibana, startKibana } from '../support/running-kibana.ts';

const LINES = 100_000;

let kibana: RunningKibana;
beforeAll(async () => {
  kibana = await startKibana();
});
afterAll(() => kibana.stop());

async function succeed(line: string, options: Parameters<RunningKibana['request']>[1] = {}) {
  const response = await kibana.request(line, options);
  if (!response.ok) throw new Error(`${line} answers ${response.status}: ${await response.text()}`);
  return response;
}
// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
const json = async (line: string, options = {}): Promise<any> => (await succeed(line, options)).json();

async function countRows(table: Table): Promise<number> {
  let count = 0;
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await dynamodb().send(
      new ScanCommand({
        TableName: tableName(table),
        Select: 'COUNT',
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    count += page.Count ?? 0;
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return count;
}

function randomAddresses(count: number): string[] {
  const addresses = new Set<string>();
  while (addresses.size < count) {
    const bits = randomInt(2 ** 32);
    addresses.add([24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.'));
  }
  return [...addresses];
}

/** Imports a file of lines. */
function importFile(lines: readonly string[]): Promise<Response> {
  const form = new FormData();
  form.append('file', new File([`${lines.join('\n')}\n`], 'bad ips.txt', { type: 'text/plain' }));
  return kibana.request('POST /api/lists/items/_import?list_id=bad_ips', { body: form });
}

/**
 * Imports all lines by one file, which takes 14 s on a quiet machine with two cores; gives the lines that then stand in the
 * list. A request ends at 25 s, and says how far it came: on a machine that is slower or busy, what it says must be right,
 * and a smaller file still goes in.
 */
async function importLines(list: object, lines: readonly string[]): Promise<string[]> {
  const all = await importFile(lines);
  const answer = await all.json();
  if (all.status === 200) {
    expect(answer).toMatchObject(list);
    return [...lines];
  }
  const exported = (await (await succeed('POST /api/lists/items/_export?list_id=bad_ips')).text()).split('\n');
  const standing = new Set(exported.slice(0, -1));
  expect([all.status, answer]).toEqual([
    500,
    {
      status_code: 500,
      message: `The import stopped before its end because the time for one request is over: ${standing.size} of ${lines.length} lines are in the list.`,
    },
  ]);
  const some = lines.filter((line) => !standing.has(line)).slice(0, 2_000);
  expect((await importFile(some)).status).toBe(200);
  return [...standing, ...some];
}

it('a list of 100,000 addresses lives and dies', async () => {
  // A newcomer creates the index and a list, and imports a file.
  expect(await json('POST /api/lists/index')).toEqual({ acknowledged: true });
  const list = { id: 'bad_ips', name: 'Bad IPs', description: 'From the internet', type: 'ip' };
  expect(await json('POST /api/lists', { body: list })).toMatchObject(list);
  const addresses = await importLines(list, randomAddresses(LINES));

  // Some are found by value, some page by page; all come back.
  for (const value of [addresses[0], addresses[1_000], addresses.at(-1)]) {
    const [item, ...more] = await json(`GET /api/lists/items?list_id=bad_ips&value=${value}`);
    expect(item).toMatchObject({ list_id: 'bad_ips', type: 'ip', value });
    expect(more).toEqual([]);
  }
  const page = await json('GET /api/lists/items/_find?list_id=bad_ips&per_page=5&page=2');
  expect(page).toMatchObject({ total: addresses.length, page: 2, per_page: 5 });
  expect(page.data).toHaveLength(5);
  const exported = await succeed('POST /api/lists/items/_export?list_id=bad_ips');
  expect(exported.headers.get('content-encoding')).toBe('gzip');
  expect(exported.headers.get('content-disposition')).toBe('attachment; filename="Bad IPs"');
  const lines = (await exported.text()).split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.length).toBe(addresses.length);
  expect(new Set(lines)).toEqual(new Set(addresses));

  // A user who may only read does so, and is refused by name of the privilege when it writes.
  const role = { elasticsearch: {}, kibana: [{ base: [], feature: { siemV3: ['read'] }, spaces: ['*'] }] };
  await succeed('PUT /api/security/role/list_reader', { body: role });
  const user = { password: 'l0ng-r4nd0m-p@ssw0rd', roles: ['list_reader'] };
  expect(await json('PUT /_security/user/reader', { body: user })).toEqual({ created: true });
  const reader = { as: 'reader', password: user.password };
  expect((await kibana.request('GET /api/lists?id=bad_ips', reader)).status).toBe(200);
  const write = await kibana.request('POST /api/lists/items', {
    ...reader,
    body: { list_id: 'bad_ips', value: '10.0.0.1' },
  });
  expect(await write.json()).toEqual({
    statusCode: 403,
    error: 'Forbidden',
    message:
      'API [POST /api/lists/items] is unauthorized for user, this action is granted by the Kibana privileges [lists-all]',
  });

  // The list goes at once, its rows soon after.
  expect(await json('DELETE /api/lists?id=bad_ips')).toMatchObject(list);
  expect((await kibana.request('GET /api/lists?id=bad_ips')).status).toBe(404);
  await vi.waitFor(async () => expect(await Array.fromAsync(rows({ table: 'Jobs', pk: 'jobs' }))).toEqual([]), {
    timeout: 300_000,
    interval: 200,
  });
  // What is left is the row that says that the data streams exist.
  expect(await countRows('ValueLists')).toBe(1);
});
