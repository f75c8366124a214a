import { beforeAll, expect, it } from 'vitest';
import { ruleCreate } from '../../../lib/detections/rule-types.ts';
import { createRule, deleteRule, findRules, getRule } from '../../../lib/detections/rules.ts';
import { read } from '../../../lib/stores/read.ts';
import { write } from '../../../lib/stores/write.ts';
import { principalWith } from '../../support/identities.ts';
import { createOwnTables } from '../../support/stack.ts';

const principal = principalWith([
  { applications: [{ application: 'kibana-.kibana', privileges: ['*'], resources: ['*'] }] },
]);
const actor = { space: 'default', principal, now: new Date(), newId: () => crypto.randomUUID() };
const request = (rule_id: string) =>
  ruleCreate.parse({ type: 'query', name: 'n', description: 'd', risk_score: 1, severity: 'low', rule_id });
const claimOf = (rule_id: string) => ({ pk: 'default#rule_id', sk: `=${rule_id}` });

beforeAll(createOwnTables);

it('gives a claim back with its rule', async () => {
  const rule = await createRule(request('mine'), actor);
  expect(await read('SavedObjects', claimOf('mine'))).toMatchObject({ id: rule.id });
  await deleteRule(rule, actor);
  expect(await read('SavedObjects', claimOf('mine'))).toBeUndefined();
});

it('leaves a claim alone that names another rule', async () => {
  const rule = await createRule(request('theirs'), actor);
  await write({ table: 'SavedObjects', put: { ...claimOf('theirs'), id: 'another', version: 1 } });
  await deleteRule(rule, actor);
  expect(await read('SavedObjects', claimOf('theirs'))).toMatchObject({ id: 'another' });
});

it('finds nothing through a claim that leads nowhere', async () => {
  await write({ table: 'SavedObjects', put: { ...claimOf('dangling'), id: 'gone', version: 1 } });
  await expect(getRule('default', { rule_id: 'dangling' }, actor.now)).rejects.toThrow('rule_id: "dangling" not found');
  expect(await findRules('default', [{ rule_id: 'dangling' }, {}], actor.now)).toEqual([undefined, undefined]);
});

it('leaves nothing of a rule whose signature id is taken', async () => {
  await createRule(request('taken'), actor);
  let made = '';
  const newId = () => {
    made ||= crypto.randomUUID();
    return made;
  };
  await expect(createRule(request('taken'), { ...actor, newId })).rejects.toThrow('rule_id: "taken" already exists');
  await expect(getRule('default', { id: made }, actor.now)).rejects.toThrow(`id: "${made}" not found`);
});
