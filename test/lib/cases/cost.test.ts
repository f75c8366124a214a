import { BatchGetCommand, QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { caseKey, caseRowOf, listedFields, listedKey } from '../../../lib/cases/case-records.ts';
import type { CaseAttributes } from '../../../lib/cases/contract.ts';
import { findCases } from '../../../lib/cases/find-cases.ts';
import { findReporters, writeCreator } from '../../../lib/cases/reporters.ts';
import { putRows } from '../../../lib/stores/bulk.ts';
import { type DynamoDB, wrapDynamoDB } from '../../../lib/stores/dynamodb.ts';
import { principalWith } from '../../support/identities.ts';
import { createOwnTables } from '../../support/stack.ts';

/** DynamoDB's read units of what runs, as the emulator reports them, and the requests. */
async function costOf<T>(run: () => Promise<T>) {
  let units = 0;
  let requests = 0;
  const unwrap = wrapDynamoDB((inner) => ({
    send: (async (command: QueryCommand | BatchGetCommand) => {
      if (command instanceof QueryCommand || command instanceof BatchGetCommand) {
        command.input.ReturnConsumedCapacity = 'TOTAL';
      }
      const output = (await inner.send(command as QueryCommand)) as QueryCommandOutput;
      requests += 1;
      for (const { CapacityUnits = 0 } of [output.ConsumedCapacity ?? []].flat()) units += CapacityUnits;
      return output;
    }) as DynamoDB['send'],
  }));
  try {
    return { result: await run(), units, requests };
  } finally {
    unwrap();
  }
}

const COUNT = 2_000;
const principal = principalWith([
  { cluster: ['all'], applications: [{ application: 'kibana-.kibana', privileges: ['all'], resources: ['*'] }] },
]);

function attributesOf(index: number): CaseAttributes {
  const created_at = new Date(Date.UTC(2025, 0, 1) + index * 60_000).toISOString();
  return {
    title: `Suspicious sign-in of a service account on host-${index}`,
    description: 'What was seen, where, and what has been tried so far. '.repeat(40),
    tags: ['sign-in', `team-${index % 7}`],
    status: index % 3 === 0 ? 'closed' : 'open',
    severity: index % 5 === 0 ? 'critical' : 'low',
    owner: 'securitySolution',
    connector: { id: 'none', name: 'none', type: '.none', fields: null },
    settings: { syncAlerts: true },
    assignees: [{ uid: `u_mGBROF_q5bmFCATbLXAcCwKa0k8JvONAwSruelyKA5E_${index % 9}` }],
    category: null,
    customFields: [],
    observables: [],
    duration: null,
    closed_at: null,
    closed_by: null,
    created_at,
    created_by: { username: `analyst-${index % 4}`, full_name: null, email: null },
    updated_at: null,
    updated_by: null,
    external_service: null,
  };
}

async function givenCases(space: string, count: number) {
  async function* stored() {
    for (let index = 0; index < count; index++) {
      const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
      const attributes = attributesOf(index);
      const incarnation = String(index).padStart(15, '0');
      const { row } = await caseRowOf({ id: `${space}-${id}`, space, version: 1, incarnation, attributes });
      yield { ...row, ...caseKey(`${space}-${id}`) };
      yield { ...listedKey(space, `${space}-${id}`), ...listedFields(attributes), comments: 0, alerts: 0, actions: 1 };
      for (const write of writeCreator(space, id, attributes)) if ('create' in write) yield write.create;
    }
  }
  const { complete } = await putRows('SavedObjects', stored());
  expect(complete).toBe(true);
}

describe('what cases cost', () => {
  beforeAll(async () => {
    await createOwnTables();
    await givenCases('many', COUNT);
    await givenCases('few', 100);
  });

  it('a filtered, sorted page reads narrow rows, and the cases of the page', async () => {
    const query = { severity: ['critical' as const], sortField: 'title' as const, perPage: 10 };
    const { result, units } = await costOf(() => findCases({ principal, space: 'many' }, query, new Date()));
    expect(result).toMatchObject({ total: COUNT / 5, count_closed_cases: 134 });
    expect(result.cases).toHaveLength(10);
    const page = result.cases.length * 2 * 2;
    const perThousand = (units - page) / (COUNT / 1_000);
    console.log(`a case list reads ${perThousand} units per 1,000 cases, and 2 for each case of the page`);
    expect(units).toBeGreaterThan(0);
    // A case weighs 2.7 KB, its narrow row 0.5 KB: reading whole cases would cost over 650.
    expect(perThousand).toBeLessThan(150);
  });

  it('the list of reporters costs one request for each user and owner, however many cases there are', async () => {
    const cost = async (space: string) => {
      const { result, units, requests } = await costOf(() => findReporters({ principal, space }, undefined));
      expect(result.map(({ username }) => username)).toEqual(['analyst-0', 'analyst-1', 'analyst-2', 'analyst-3']);
      return { units, requests };
    };
    const few = await cost('few');
    expect(await cost('many')).toEqual(few);
    // Four users, the end of each of the three owners' partitions, and the features of the space.
    expect(few.requests).toBe(4 + 3 + 1);
  });
});
