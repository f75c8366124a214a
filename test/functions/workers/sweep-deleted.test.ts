import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeAll, expect, it } from 'vitest';
import { handler } from '../../../functions/workers/sweep-deleted.ts';
import { dynamodb } from '../../../lib/stores/dynamodb.ts';
import { orderJob } from '../../../lib/stores/jobs.ts';
import { type Row, rows } from '../../../lib/stores/read.ts';
import { tableName } from '../../../lib/stores/tables.ts';
import { write } from '../../../lib/stores/write.ts';
import { valueLists } from '../lists/value-lists.ts';

const { call, givenStreams, givenList, givenItems, importFile, exported } = valueLists();
beforeAll(() => givenStreams());

const jobs = () => Array.fromAsync(rows({ table: 'Jobs', pk: 'jobs' }));
const eventOf = (...images: Row[]) => ({
  Records: images.map((image) => ({ dynamodb: { NewImage: marshall(image) } })),
});
const work = async () => handler(eventOf(...(await jobs())));

/** Everything in the table but the data streams. */
async function rowsLeft(): Promise<string[]> {
  const { Items = [] } = await dynamodb().send(new ScanCommand({ TableName: tableName('ValueLists') }));
  return Items.map(({ pk, sk }) => `${pk} ${sk}`).filter((address) => !address.includes('#streams '));
}

const lines = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}`);

it('deletes every row of a deleted list, and then its own job', async () => {
  await givenList({ id: 'gone' });
  await importFile({ list_id: 'gone' }, lines(600).join('\n'));
  expect(await rowsLeft()).toHaveLength(601);
  await call('DELETE /api/lists?id=gone');
  expect(await rowsLeft()).toHaveLength(600);
  expect(await jobs()).toHaveLength(1);
  await work();
  expect(await rowsLeft()).toEqual([]);
  expect(await jobs()).toEqual([]);
});

it.each([
  ['an id that the caller chose', { id: 'my own' }],
  [
    'content in parts',
    {
      meta: {
        text: Buffer.from(crypto.getRandomValues(new Uint8Array(60_000)))
          .toString('hex')
          .repeat(8),
      },
    },
  ],
])('leaves nothing behind of an item with %s', async (_name, fields) => {
  await givenList({ id: 'special' });
  await givenItems('special', ['10.0.0.1'], fields);
  await call('DELETE /api/lists?id=special');
  await work();
  const left = await rowsLeft();
  await emptyTable();
  expect(left).toEqual([]);
});

it('leaves the parts of a list that fills several rows to nobody', async () => {
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))).toString('hex');
  await givenList({ id: 'large', meta: { text: random.repeat(8) } });
  expect((await rowsLeft()).length).toBeGreaterThan(1);
  await call('DELETE /api/lists?id=large');
  await work();
  expect(await rowsLeft()).toEqual([]);
});

it('touches neither other lists nor a later one of the same id', async () => {
  for (const id of ['same', 'other']) {
    await givenList({ id });
    await givenItems(id, ['10.0.0.1', '10.0.0.2']);
  }
  await givenList({ id: 'same', space: 'elsewhere' });
  await givenItems('same', ['10.0.0.1'], { space: 'elsewhere' });
  await call('DELETE /api/lists?id=same');
  await givenList({ id: 'same' });
  await givenItems('same', ['10.0.0.3']);
  await work();
  expect(await exported('same')).toEqual(['10.0.0.3']);
  expect((await exported('other')).sort()).toEqual(['10.0.0.1', '10.0.0.2']);
  expect(await exported('same', 'elsewhere')).toEqual(['10.0.0.1']);
});

it('keeps an id that a later item has taken', async () => {
  await givenList({ id: 'first life' });
  await givenItems('first life', ['10.0.0.1'], { id: 'taken over' });
  await call('DELETE /api/lists?id=first%20life');
  await givenList({ id: 'second life' });
  const [item] = await givenItems('second life', ['10.0.0.2'], { id: 'taken over' });
  await work();
  expect((await call('GET /api/lists/items?id=taken%20over')).body).toEqual(item);
});

it('can be given a job twice, and one that is done', async () => {
  await givenList({ id: 'twice' });
  await givenItems('twice', ['10.0.0.1']);
  await call('DELETE /api/lists?id=twice');
  const event = eventOf(...(await jobs()));
  await handler(event);
  await handler(event);
  expect(await jobs()).toEqual([]);
});

it('does nothing for records without a new image', async () => {
  await handler({ Records: [{}, { dynamodb: {} }] });
  await handler({ Records: [] });
  expect(await jobs()).toEqual([]);
});

it('fails for a job that it cannot read, so that Lambda retries it', async () => {
  await write(orderJob('sweep', 'broken', { table: 'NoSuchTable', partitions: [] }));
  const broken = await jobs();
  await expect(work()).rejects.toThrow();
  expect(await jobs()).toEqual(broken);
});

/** So that one row too many fails one test only. */
async function emptyTable(): Promise<void> {
  const { Items = [] } = await dynamodb().send(new ScanCommand({ TableName: tableName('ValueLists') }));
  for (const { pk, sk } of Items) {
    if (!String(pk).endsWith('#streams')) await write({ table: 'ValueLists', delete: { pk, sk } });
  }
}
