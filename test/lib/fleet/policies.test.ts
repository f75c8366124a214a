import { expect, it } from 'vitest';
import {
  allPolicies,
  changePolicy,
  createPolicy,
  findPolicies,
  findPolicy,
  inactivityTimeouts,
} from '../../../lib/fleet/policies.ts';
import { anonymous } from '../../../lib/security/principal.ts';
import { ownTables } from '../stores/store.ts';

ownTables();

const create = (id: string, fields: Record<string, unknown> = {}, space = 'default') =>
  createPolicy(
    { id, name: id, namespace: 'default', inactivity_timeout: 60, ...fields },
    { space, principal: anonymous, now: new Date(), newId: () => id },
  );

it('makes a revision of every change', async () => {
  await create('changed', { download_source_id: 'x' });
  const by = { username: 'somebody', now: new Date('2030-01-01T00:00:00.000Z') };
  await changePolicy('changed', () => ({ download_source_id: null }), by);
  expect(await findPolicy('changed')).toMatchObject({
    id: 'changed',
    name: 'changed',
    revision: 2,
    download_source_id: null,
    updated_by: 'somebody',
    updated_at: '2030-01-01T00:00:00.000Z',
  });
  await Promise.all([1, 2].map(() => changePolicy('changed', () => ({}), by)));
  expect((await findPolicy('changed'))?.revision).toBe(4);
});

it('finds policies of all spaces', async () => {
  await create('one');
  await create('two', { inactivity_timeout: 0 }, 'blue');
  expect((await findPolicy('two'))?.space_ids).toEqual(['blue']);
  expect((await Array.fromAsync(allPolicies())).map(({ id }) => id)).toEqual(expect.arrayContaining(['one', 'two']));
  expect([...(await findPolicies(['two', 'one', 'nope', 'two'])).keys()].toSorted()).toEqual(['one', 'two']);
  const timeouts = await inactivityTimeouts();
  expect([timeouts.get('one'), timeouts.has('two')]).toEqual([60, false]);
});
