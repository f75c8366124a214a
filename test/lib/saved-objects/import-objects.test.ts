import { describe, expect, it } from 'vitest';
import { type ImportObject, MAX_OBJECTS } from '../../../lib/saved-objects/import-file.ts';
import { type ImportContext, importObjects } from '../../../lib/saved-objects/import-objects.ts';
import { findObjects } from '../../../lib/stores/saved-objects.ts';
import { principalWith } from '../../support/identities.ts';
import { intercept, numbered, ownTables, record, stoppedClock } from '../stores/store.ts';

ownTables();

const principal = principalWith([
  { cluster: ['all'], applications: [{ application: 'kibana-.kibana', privileges: ['*'], resources: ['*'] }] },
]);
const options = { overwrite: false, createNewCopies: false, compatibilityMode: false };

const context = (space: string, deadline = Number.POSITIVE_INFINITY): ImportContext => ({
  caller: { principal, space },
  actor: { space, now: new Date() },
  newId: () => crypto.randomUUID(),
  deadline,
});

const tags = (space: string, count: number): ImportObject[] =>
  Array.from({ length: count }, (_, index) => ({
    type: 'tag',
    id: `${space}-${numbered(index)}`,
    attributes: { name: `${index}` },
    references: [],
    managed: false,
  }));

async function standing(space: string, objects: readonly ImportObject[]) {
  const found = await findObjects(space, objects);
  return objects.filter((_, index) => found[index] !== undefined).map(({ id }) => id);
}

describe('when the time is up', () => {
  it('tells for each object that it is missing; a repeat brings it', async () => {
    const objects = tags('late', 40);
    const { deadline, pass } = stoppedClock();
    let writes = 0;
    intercept((sent, send) => {
      if (sent.name === 'TransactWriteCommand' && ++writes === 3) pass();
      return send();
    });
    const { success, successCount, errors = [] } = await importObjects(objects, options, context('late', deadline));
    expect(success).toBe(false);
    expect(successCount).toBeGreaterThan(0);
    expect(errors.length).toBe(40 - successCount);
    expect(errors[0]?.error).toEqual({
      type: 'unknown',
      statusCode: 503,
      error: 'Service Unavailable',
      message: expect.stringMatching(/^The time for one request was over after \d+ objects\./),
    });
    const missing = new Set(errors.map(({ id }) => id));
    expect(await standing('late', objects)).toEqual(objects.map(({ id }) => id).filter((id) => !missing.has(id)));
    const again = await importObjects(objects, { ...options, overwrite: true }, context('late'));
    expect(again).toMatchObject({ success: true, successCount: 40 });
  });
});

describe('when others write at the same time', () => {
  it('tells the conflict, and brings the rest', async () => {
    const objects = tags('race', 10);
    const [first, second] = await Promise.all([
      importObjects(objects, options, context('race')),
      importObjects(objects, options, context('race')),
    ]);
    expect(first.successCount + second.successCount).toBe(10);
    for (const { errors = [], successCount } of [first, second]) {
      expect(errors).toHaveLength(10 - successCount);
      for (const { error } of errors) expect(error).toEqual({ type: 'conflict' });
    }
  });
});

describe('a fault in the middle', () => {
  it('leaves whole objects or none, with their aliases', async () => {
    const objects = tags('fault', 6).map((object) => ({ ...object, originId: `old-${object.id}` }));
    let writes = 0;
    intercept(async (sent, send) => {
      if (sent.name === 'TransactWriteCommand' && writes++ === 3) throw new Error('the table is on fire');
      return send();
    });
    const withAliases = { ...options, compatibilityMode: true };
    await expect(importObjects(objects, withAliases, context('fault'))).rejects.toThrow('the table is on fire');
    const there = await standing('fault', objects);
    expect(there.length).toBeLessThan(6);
    const again = await importObjects(objects, { ...withAliases, overwrite: true }, context('fault'));
    expect(again.successCount).toBe(6);
    expect(await standing('fault', objects)).toHaveLength(6);
  });
});

it('reads a type once, however many objects there are', async () => {
  await importObjects(tags('cost', 60), options, context('cost'));
  const sent = record();
  await importObjects(
    tags('cost', 60).map((object) => ({ ...object, id: `new-${object.id}` })),
    options,
    context('cost'),
  );
  expect(sent.filter(({ name }) => name === 'QueryCommand')).toHaveLength(2);
  expect(sent.filter(({ name }) => name === 'BatchGetCommand')).toHaveLength(3);
  expect(sent.filter(({ name }) => name === 'TransactWriteCommand')).toHaveLength(60);
});

it('takes as many objects as Kibana does', () => {
  expect(MAX_OBJECTS).toBe(10_000);
});
