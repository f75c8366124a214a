import { describe, expect, it } from 'vitest';
import { jobOf } from '../../../lib/stores/jobs.ts';
import { rows } from '../../../lib/stores/read.ts';
import { sweep } from '../../../lib/stores/sweeps.ts';
import { givenUser } from '../../support/callers.ts';
import { badRequest, cases, forbidden, noBodies, notFound, shown } from './cases.ts';

const { call, givenCase, getCase, givenComment, remove, find } = cases();

describe('DELETE /api/cases', () => {
  it('deletes what is named, by JSON text or by repeated keys', async () => {
    const [one, two, three, kept] = await Promise.all([1, 2, 3, 4].map(() => givenCase()));
    const { status, text } = await remove(one.id, two.id, one.id);
    expect({ status, text }).toEqual({ status: 204, text: '' });
    expect((await call(`DELETE /api/cases?ids=${three.id}&ids=${three.id}`)).status).toBe(204);
    for (const { id } of [one, two, three]) {
      expect(shown(await call(`GET /api/cases/${id}`))).toEqual(notFound(`Saved object [cases/${id}] not found`));
    }
    expect((await find()).body).toMatchObject({ total: 1, cases: [{ id: kept.id }] });
  });

  it('hides comments and history at once, and sweeps them later', async () => {
    const { id } = await givenCase();
    await givenComment(id);
    await remove(id);
    expect((await call(`GET /api/cases/${id}/comments/_find`)).body).toMatchObject({ total: 0 });
    expect((await call(`GET /api/cases/${id}/user_actions/_find`)).body).toMatchObject({ total: 0 });
    const jobs = (await Array.fromAsync(rows({ table: 'Jobs', pk: 'jobs' }))).filter(({ sk }) =>
      String(sk).endsWith(id),
    );
    expect(jobs).toHaveLength(1);
    const [job] = jobs;
    const partitions = job?.partitions as string[];
    const left = async () =>
      (await Promise.all(partitions.map((pk) => Array.fromAsync(rows({ table: 'SavedObjects', pk }))))).flat().length;
    expect(await left()).toBe(4);
    await sweep(jobOf(job ?? {}));
    expect(await left()).toBe(0);
  });

  it('deletes a hundred cases', async () => {
    const space = 'many';
    const created = await Promise.all(Array.from({ length: 100 }, () => givenCase({}, { space })));
    const ids = encodeURIComponent(JSON.stringify(created.map(({ id }) => id)));
    expect((await call(`DELETE /s/${space}/api/cases?ids=${ids}`)).status).toBe(204);
    expect((await find({}, { space })).body.total).toBe(0);
  });

  it('deletes a case that others change at the same time', async () => {
    const { id } = await givenCase();
    const comment = () =>
      call(`POST /api/cases/${id}/comments`, { body: { type: 'user', comment: 'x', owner: 'cases' } });
    const [deleted, ...others] = await Promise.all([remove(id), comment(), comment()]);
    expect(deleted?.status).toBe(204);
    for (const { status } of others) expect([200, 404]).toContain(status);
    expect((await call(`GET /api/cases/${id}`)).status).toBe(404);
  });

  it('deletes nothing when one is unknown', async () => {
    const { id } = await givenCase();
    expect(shown(await remove(id, 'unknown'))).toEqual(notFound('Saved object [cases/unknown] not found'));
    const other = await givenCase({}, { space: 'other' });
    expect((await remove(id, other.id)).status).toBe(404);
    expect(await getCase(id)).toMatchObject({ id });
  });

  it('deletes nothing when the caller may not delete all', async () => {
    const as = await givenUser('half', { kibana: ['feature_generalCasesV3.all', 'feature_observabilityCasesV3.read'] });
    const one = await givenCase();
    const two = await givenCase({ owner: 'observability' });
    const ids = encodeURIComponent(JSON.stringify([one.id, two.id]));
    expect(shown(await call(`DELETE /api/cases?ids=${ids}`, { as }))).toEqual(
      forbidden('Unauthorized to delete case with owners: "cases, observability"'),
    );
    expect(await getCase(one.id)).toMatchObject({ id: one.id });
    expect((await call(`DELETE /api/cases?ids=${one.id}&ids=${one.id}`, { as })).status).toBe(204);
  });

  it('takes any object as its body', async () => {
    const { id } = await givenCase();
    expect((await call(`DELETE /api/cases?ids=${id}&ids=${id}`, { body: {} })).status).toBe(204);
  });

  it.each(noBodies)('refuses the body %j', async (body, message) => {
    expect(shown(await call('DELETE /api/cases?ids=["a"]', { body }))).toEqual(badRequest(message));
  });

  it.each([
    ['', '[request query.ids]: expected value of type [array] but got [undefined]'],
    ['?ids=a', '[request query.ids]: could not parse array value from json input'],
    ['?ids=[1]', '[request query.ids.0]: expected value of type [string] but got [number]'],
    ['?ids=["a"]&foo=1', '[request query.foo]: definition for this key is missing'],
    ['?ids=[]', 'The length of the field ids is too short. Array must be of length >= 1.'],
    ['?ids=["a","%20"]', 'string must have length >= 1'],
    [
      `?ids=${JSON.stringify(Array(101).fill('a'))}`,
      'The length of the field ids is too long. Array must be of length <= 100.',
    ],
  ])('refuses %s', async (query, message) => {
    expect(shown(await call(`DELETE /api/cases${query}`))).toEqual(badRequest(message));
  });
});
