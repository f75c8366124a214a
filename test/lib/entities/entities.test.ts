import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEntity, deleteEntity, entitiesOf, updateEntity } from '../../../lib/entities/entities.ts';
import { WriteConflict } from '../../../lib/errors/errors.ts';
import type { JsonObject } from '../../../lib/json/merge.ts';
import { type DynamoDB, wrapDynamoDB } from '../../../lib/stores/dynamodb.ts';
import { createOwnTables } from '../../support/stack.ts';

const now = new Date('2026-04-10T14:30:00.000Z');
const change = (space: string, document: JsonObject) => ({ space, id: 'e', document, now });

async function documentIn(space: string) {
  const [entity] = await Array.fromAsync(entitiesOf(space));
  return entity?.document;
}

beforeAll(() => createOwnTables());

let unwrap: (() => void) | undefined;
afterEach(() => {
  unwrap?.();
  unwrap = undefined;
});

/** Does something before each read of a row. */
function beforeReads(action: () => Promise<void>) {
  unwrap = wrapDynamoDB((inner) => ({
    send: (async (...call: Parameters<DynamoDB['send']>) => {
      const answer = await inner.send(...call);
      if (call[0].constructor.name === 'GetCommand') await action();
      return answer;
    }) as DynamoDB['send'],
  }));
}

/** Names of the commands that go to the store. */
function commands() {
  const names: string[] = [];
  unwrap = wrapDynamoDB((inner) => ({
    send: ((...call: Parameters<DynamoDB['send']>) => {
      names.push(call[0].constructor.name);
      return inner.send(...call);
    }) as DynamoDB['send'],
  }));
  return names;
}

describe('an update', () => {
  it('is one write without a read', async () => {
    await createEntity('generic', change('single', {}));
    const names = commands();
    await updateEntity(change('single', { entity: { attributes: { managed: true } }, asset: {} }));
    expect(names).toEqual(['UpdateCommand']);
    expect(await documentIn('single')).toEqual({
      '@timestamp': now.toISOString(),
      entity: { id: 'e', name: 'e', attributes: { managed: true } },
      asset: {},
    });
  });

  it('that has to be merged survives three others that come between', async () => {
    await createEntity('generic', change('between', {}));
    let others = 0;
    const other = { entity: { attributes: { asset: true } } };
    beforeReads(async () => {
      if (others++ < 3) await updateEntity(change('between', other));
    });
    await updateEntity(change('between', { labels: { a: 1 } }));
    expect(await documentIn('between')).toMatchObject({ labels: { a: 1 }, ...other });
  });

  it('gives up after that, and leaves the entity as the others made it', async () => {
    await createEntity('generic', change('lost', {}));
    let others = 0;
    beforeReads(() => updateEntity(change('lost', { tags: [`${others++}`] })));
    await expect(updateEntity(change('lost', { labels: { a: 1 } }))).rejects.toBeInstanceOf(WriteConflict);
    expect(others).toBe(4);
    expect(await documentIn('lost')).not.toHaveProperty('labels');
  });

  it('finds no entity that is gone meanwhile', async () => {
    await createEntity('generic', change('gone', {}));
    beforeReads(async () => {
      unwrap?.();
      await deleteEntity('gone', 'e');
    });
    await expect(updateEntity(change('gone', { labels: { a: 1 } }))).rejects.toThrow("Entity ID 'e' not found");
  });
});

it('reads an entity whose large document is replaced meanwhile', async () => {
  const noise = () => Array.from({ length: 60_000 }, () => Math.random().toString(36).slice(2));
  await createEntity('generic', change('replaced', { tags: noise() }));
  let replaced = false;
  unwrap = wrapDynamoDB((inner) => ({
    send: (async (...call: Parameters<DynamoDB['send']>) => {
      if (call[0].constructor.name === 'BatchGetCommand' && !replaced) {
        replaced = true;
        await updateEntity(change('replaced', { tags: ['new', ...noise()] }));
      }
      return inner.send(...call);
    }) as DynamoDB['send'],
  }));
  expect((await documentIn('replaced'))?.tags).toMatchObject({ 0: 'new', length: 60_001 });
});
