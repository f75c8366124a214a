import { beforeAll, describe, expect, it } from 'vitest';
import { cases, forbidden, newCase, shown } from './cases.ts';

const { call, givenCase, givenComment } = cases();
/** A space in which one solution has no cases. */
const space = 'without';
const at = (path: string) => `/s/${space}/api/cases${path}`;
let hidden: string;
let comment: string;

beforeAll(async () => {
  ({ id: hidden } = await givenCase({ owner: 'cases' }, { space }));
  ({ id: comment } = await givenComment(hidden, undefined, { space }));
  await givenCase({ owner: 'observability' }, { space });
  const body = { id: space, name: space, disabledFeatures: ['generalCasesV3', 'discover', 'no-such-feature'] };
  expect((await call('POST /api/spaces/space', { body })).status).toBe(200);
});

describe('cases of a solution whose feature is switched off in the space', () => {
  it.each([
    ['GET', () => at(`/${hidden}`), 'access case'],
    ['DELETE', () => at(`?ids=["${hidden}"]`), 'delete case'],
    ['DELETE', () => at(`/${hidden}/comments/${comment}`), 'delete comments'],
  ])('%s is nobody’s right', async (method, line, text) => {
    const refused = forbidden(`Unauthorized to ${text} with owners: "cases"`);
    expect(shown(await call(`${method} ${line()}`))).toEqual(refused);
  });

  it('cannot be opened', async () => {
    expect(shown(await call(`POST ${at('')}`, { body: newCase({ owner: 'cases' }) }))).toEqual(
      forbidden('Unauthorized to create case with owners: "cases"'),
    );
  });

  it('are not found, and others are', async () => {
    const { body } = await call(`GET ${at('/_find')}`);
    expect(body.cases.map(({ owner }: { owner: string }) => owner)).toEqual(['observability']);
    expect((await call(`GET ${at('/reporters')}?owner=cases`)).body).toEqual([]);
    expect((await call(`GET ${at('/reporters')}`)).body).toHaveLength(1);
  });
});

it('a space that switches all of them off has no cases', async () => {
  const disabledFeatures = ['generalCases', 'observabilityCasesV2', 'securitySolutionCasesV3'];
  await call('POST /api/spaces/space', { body: { id: 'none', name: 'none', disabledFeatures } });
  expect(shown(await call('GET /s/none/api/cases/reporters'))).toEqual(
    forbidden('Unauthorized to access case of any owner'),
  );
});

it('a space that was never created has all of them', async () => {
  expect((await call('GET /s/never/api/cases/reporters')).body).toEqual([]);
});
