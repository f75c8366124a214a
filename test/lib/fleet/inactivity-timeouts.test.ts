import { expect, it } from 'vitest';
import { createPolicy, inactivityTimeouts } from '../../../lib/fleet/policies.ts';
import { anonymous } from '../../../lib/security/principal.ts';
import { inLanes } from '../../../lib/stores/lanes.ts';
import { ownTables } from '../stores/store.ts';

ownTables();

const create = (id: string) =>
  createPolicy(
    { id, name: id, namespace: 'default', inactivity_timeout: 60 },
    { space: 'default', principal: anonymous, now: new Date(), newId: () => id },
  );

it('are those of at most 750 policies; with more of them no agent becomes inactive', async () => {
  const ids = Array.from({ length: 750 }, (_, index) => `policy-${index}`);
  await inLanes(16, ids, async (id) => void (await create(id)));
  expect(await inactivityTimeouts()).toEqual(new Map(ids.map((id) => [id, 60])));
  await create('one too many');
  expect(await inactivityTimeouts()).toEqual(new Map());
});
