import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import {
  badRequest,
  cases,
  conflict,
  elastic,
  forbidden,
  ISO_TIME,
  NONE,
  noBodies,
  notFound,
  refusal,
  shown,
  userComment,
} from './cases.ts';

const { call, givenCase, getCase, givenComment, patch, history, remove } = cases();

const stale = (...ids: string[]) =>
  conflict(`These cases ${ids.join(', ')} has been updated. Please refresh before saving additional updates.`);

describe('PATCH /api/cases', () => {
  it('changes what is named, and nothing else', async () => {
    const was = await givenCase({ category: 'x' });
    const { id, version } = was;
    const { status, body } = await patch({ id, version, title: ' New ', category: null });
    expect(status).toBe(200);
    expect(body).toEqual([
      {
        ...was,
        version: expect.not.stringMatching(version),
        title: 'New',
        category: null,
        updated_at: expect.stringMatching(ISO_TIME),
        updated_by: elastic,
      },
    ]);
    expect(await getCase(id)).toEqual(body[0]);
  });

  it('writes one user action for each change', async () => {
    const { id, version } = await givenCase({ tags: ['kept', 'gone'], assignees: [{ uid: 'u_1' }] });
    const connector = { id: 'w', name: 'Webhook', type: '.cases-webhook', fields: null };
    const changes = {
      severity: 'high',
      title: 'New title',
      description: 'New description',
      category: 'New category',
      settings: { syncAlerts: false },
      connector,
      status: 'in-progress',
      tags: ['new', 'kept'],
      assignees: [{ uid: 'u_2' }, { uid: 'u_3' }],
    };
    expect((await patch({ id, version, ...changes })).status).toBe(200);
    const actions = (await history(id)).slice(1);
    expect(actions.map(({ type, action, payload }: Record<string, unknown>) => ({ type, action, payload }))).toEqual([
      { type: 'description', action: 'update', payload: { description: 'New description' } },
      { type: 'tags', action: 'add', payload: { tags: ['new'] } },
      { type: 'tags', action: 'delete', payload: { tags: ['gone'] } },
      { type: 'title', action: 'update', payload: { title: 'New title' } },
      { type: 'connector', action: 'update', payload: { connector } },
      { type: 'severity', action: 'update', payload: { severity: 'high' } },
      { type: 'assignees', action: 'add', payload: { assignees: [{ uid: 'u_2' }, { uid: 'u_3' }] } },
      { type: 'assignees', action: 'delete', payload: { assignees: [{ uid: 'u_1' }] } },
      { type: 'category', action: 'update', payload: { category: 'New category' } },
      { type: 'settings', action: 'update', payload: { settings: { syncAlerts: false } } },
      { type: 'status', action: 'update', payload: { status: 'in-progress' } },
    ]);
    expect(await getCase(id)).toMatchObject({ ...changes, tags: ['new', 'kept'] });
  });

  it('keeps dates and durations of every change of status', async () => {
    const created = await givenCase();
    const change = async (status: string, version: string) =>
      (await patch({ id: created.id, version, status })).body[0];
    const time = expect.stringMatching(ISO_TIME);
    const seconds = expect.any(Number);
    const begun = await change('in-progress', created.version);
    expect(begun).toMatchObject({
      status: 'in-progress',
      in_progress_at: time,
      time_to_acknowledge: seconds,
      time_to_resolve: null,
      closed_at: null,
    });
    const closed = await change('closed', begun.version);
    expect(closed).toMatchObject({
      status: 'closed',
      closed_at: time,
      closed_by: elastic,
      duration: seconds,
      in_progress_at: begun.in_progress_at,
      time_to_investigate: seconds,
      time_to_resolve: seconds,
    });
    const reopened = await change('open', closed.version);
    expect(reopened).toMatchObject({
      status: 'open',
      closed_at: null,
      closed_by: null,
      duration: null,
      time_to_acknowledge: null,
      time_to_investigate: null,
      time_to_resolve: null,
    });
    const again = await change('closed', reopened.version);
    expect(again.duration).toBeGreaterThanOrEqual(0);
  });

  it('gives one of several changes from the same version the win, the others a conflict, and loses nothing', async () => {
    const { id, version } = await givenCase();
    const titles = ['t1', 't2', 't3', 't4', 't5', 't6'];
    const answers = await Promise.all(titles.map((title) => patch({ id, version, title })));
    const won = answers.filter(({ status }) => status === 200);
    const lost = answers.filter(({ status }) => status === 409);
    expect([won.length, lost.length]).toEqual([1, 5]);
    for (const answer of lost) expect(shown(answer)).toEqual(stale(id));
    const winner = won[0]?.body[0];
    expect(await getCase(id)).toEqual(winner);
    expect((await history(id)).slice(1)).toMatchObject([{ type: 'title', payload: { title: winner.title } }]);
  });

  it('loses no comment that comes in between', async () => {
    const { id, version } = await givenCase();
    const [changed] = await Promise.all([
      patch({ id, version, title: 'changed' }),
      ...['a', 'b', 'c'].map((text) => givenComment(id, userComment(text))),
    ]);
    expect([200, 409]).toContain(changed.status);
    expect(await getCase(id)).toMatchObject({ totalComment: 3, title: changed.status === 200 ? 'changed' : 'A case' });
    expect((await history(id)).filter(({ type }: { type: string }) => type === 'comment')).toHaveLength(3);
  });

  it('changes several cases together or not at all', async () => {
    const one = await givenCase();
    const two = await givenCase();
    const changes = (version: string) => [
      { id: one.id, version: one.version, title: 'both' },
      { id: two.id, version, title: 'both' },
    ];
    expect(shown(await patch(changes('WzEsMV0=')))).toEqual(stale(two.id));
    expect(await getCase(one.id)).toEqual(one);
    const { body } = await patch(changes(two.version));
    expect(body.map(({ id, title }: Record<string, unknown>) => ({ id, title }))).toEqual([
      { id: one.id, title: 'both' },
      { id: two.id, title: 'both' },
    ]);
  });

  it('changes a hundred cases', async () => {
    const created = await Promise.all(Array.from({ length: 100 }, () => givenCase()));
    const { status, body } = await patch(created.map(({ id, version }) => ({ id, version, status: 'closed' })));
    expect({ status, closed: body.length }).toEqual({ status: 200, closed: 100 });
    const last = created.at(-1);
    expect(await getCase(last?.id)).toMatchObject({ status: 'closed' });
  });

  it('answers only the cases that change, and 406 when none does', async () => {
    const one = await givenCase({ tags: ['a', 'b'] });
    const two = await givenCase();
    const same = {
      id: one.id,
      version: one.version,
      title: one.title,
      tags: ['b', 'a'],
      settings: one.settings,
      connector: NONE,
      owner: 'cases',
    };
    const { body } = await patch([same, { id: two.id, version: two.version, severity: 'high' }]);
    expect(body.map(({ id }: { id: string }) => id)).toEqual([two.id]);
    expect(shown(await patch(same))).toEqual(
      refusal(406, 'Not Acceptable', 'All update fields are identical to current version.'),
    );
    expect(shown(await patch({ id: one.id, version: one.version }))).toMatchObject({ status: 406 });
  });

  it.each([
    ['an unknown case', async () => 'unknown'],
    ['a case of another space', async () => (await givenCase({}, { space: 'other' })).id],
    [
      'a deleted case',
      async () => {
        const { id } = await givenCase();
        await remove(id);
        return id;
      },
    ],
  ])('answers 404 for %s', async (_name, given) => {
    const id = await given();
    const { id: known, version } = await givenCase();
    expect(
      shown(
        await patch([
          { id: known, version, title: 'x' },
          { id, version: 'WzEsMV0=', title: 'x' },
        ]),
      ),
    ).toEqual(notFound(`These cases ${id} do not exist. Please check you have the correct ids.`));
    expect(await getCase(known)).toMatchObject({ version });
  });

  it('refuses a case named twice, another owner, and custom fields', async () => {
    const { id, version } = await givenCase();
    expect(
      shown(
        await patch([
          { id, version, title: 'x' },
          { id, version, title: 'y' },
        ]),
      ),
    ).toEqual(stale(id));
    expect(shown(await patch({ id, version, owner: 'observability' }))).toEqual(
      badRequest(`Updating the owner of a case is not allowed ids: [${id}]`),
    );
    expect(shown(await patch({ id, version, customFields: [{ key: 'a', type: 'toggle', value: true }] }))).toEqual(
      badRequest('No custom fields configured.'),
    );
  });

  it.each([
    ['no body at all', undefined, 'Invalid value "null" supplied to ""'],
    ['nothing', {}, 'Invalid value "undefined" supplied to "cases"'],
    ['no case', { cases: [] }, 'The length of the field cases is too short. Array must be of length >= 1.'],
    [
      'too many cases',
      { cases: Array(101).fill({ id: 'a', version: 'b' }) },
      'The length of the field cases is too long. Array must be of length <= 100.',
    ],
    [
      'a case without id and version',
      { cases: [{}] },
      'Invalid value "undefined" supplied to "cases,id",Invalid value "undefined" supplied to "cases,version"',
    ],
    [
      'an unknown status',
      { cases: [{ id: 'a', version: 'b', status: 'x' }] },
      'Invalid value "x" supplied to "cases,status"',
    ],
    ['an empty title', { cases: [{ id: 'a', version: 'b', title: '' }] }, 'The title field cannot be an empty string.'],
    ['unknown keys', { cases: [{ id: 'a', version: 'b', created_at: 'x' }], foo: 1 }, 'invalid keys "created_at,foo"'],
  ])('refuses %s', async (_name, body, message) => {
    expect(shown(await call('PATCH /api/cases', { body }))).toEqual(badRequest(message));
  });

  it.each(noBodies)('refuses the body %j', async (body, message) => {
    expect(shown(await call('PATCH /api/cases', { body }))).toEqual(badRequest(message));
  });

  it.each([
    ['feature_generalCasesV3.minimal_all', { title: 200, status: 403, assignees: 403 }],
    ['feature_generalCasesV3.case_reopen', { title: 403, status: 200, assignees: 403 }],
    ['feature_generalCasesV3.cases_assign', { title: 403, status: 403, assignees: 200 }],
    ['feature_generalCasesV3.all', { title: 200, status: 200, assignees: 200 }],
    ['feature_generalCasesV3.read', { title: 403, status: 403, assignees: 403 }],
    ['feature_observabilityCasesV3.all', { title: 403, status: 403, assignees: 403 }],
  ])('lets who has %s do no more', async (granted, expected) => {
    const as = await givenUser(granted, { kibana: [granted] });
    const changes = { title: { title: 'x' }, status: { status: 'open' }, assignees: { assignees: [{ uid: 'u_1' }] } };
    for (const [name, change] of Object.entries(changes)) {
      const { id, version } = await givenCase();
      const [{ version: closed }] = (await patch({ id, version, status: 'closed' })).body;
      const answer = shown(await patch({ id, version: closed, ...change }, { as }));
      expect(answer.status, name).toBe(expected[name as keyof typeof expected]);
      if (answer.status === 403) expect(answer).toEqual(forbidden('Unauthorized to update case with owners: "cases"'));
    }
  });

  it('wants both rights for a change that is more than reopening', async () => {
    const as = await givenUser('reopener', { kibana: ['feature_generalCasesV3.case_reopen'] });
    const { id, version } = await givenCase();
    const [{ version: closed }] = (await patch({ id, version, status: 'closed' })).body;
    expect((await patch({ id, version: closed, status: 'open', title: 'x' }, { as })).status).toBe(403);
    expect((await patch({ id, version: closed, status: 'in-progress' }, { as })).status).toBe(200);
  });
});
