import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import {
  alertComment,
  badRequest,
  cases,
  elastic,
  forbidden,
  ISO_TIME,
  noBodies,
  notFound,
  shown,
  UUID_V4,
  userComment,
  VERSION,
} from './cases.ts';

const { call, givenCase, getCase, givenComment, patch, history } = cases();
const add = (id: string, body: unknown, as = 'elastic') => call(`POST /api/cases/${id}/comments`, { as, body });

const kinds = {
  user: userComment('text'),
  alert: alertComment(['a', 'b'], ['i', 'j']),
  actions: {
    type: 'actions',
    comment: 'why',
    actions: { targets: [{ hostname: 'h', endpointId: 'e' }], type: 'isolate' },
    owner: 'cases',
  },
  'externalReference in Elasticsearch': {
    type: 'externalReference',
    externalReferenceId: 'r',
    externalReferenceStorage: { type: 'elasticSearchDoc' },
    externalReferenceAttachmentTypeId: 'osquery',
    externalReferenceMetadata: { queryId: 1e300, deep: [{ a: null }] },
    owner: 'cases',
  },
  'externalReference to a saved object': {
    type: 'externalReference',
    externalReferenceId: 'f',
    externalReferenceStorage: { type: 'savedObject', soType: 'file' },
    externalReferenceAttachmentTypeId: '.files',
    externalReferenceMetadata: null,
    owner: 'cases',
  },
  persistableState: {
    type: 'persistableState',
    persistableStateAttachmentTypeId: '.lens',
    persistableStateAttachmentState: { a: 1 },
    owner: 'cases',
  },
};

/** What every kind but one lacks, as all of them together refuse a body that fits none. */
const fitsNone = (...first: string[]) =>
  [
    ...first,
    ...[
      'alertId',
      'index',
      'rule',
      'actions',
      'externalReferenceAttachmentTypeId',
      'externalReferenceMetadata',
      'externalReferenceId',
      'externalReferenceStorage',
      'persistableStateAttachmentTypeId',
      'persistableStateAttachmentState',
    ].map((field) => `Invalid value "undefined" supplied to "${field}"`),
  ].join(',');

describe('POST /api/cases/{caseId}/comments', () => {
  it.each(Object.entries(kinds))('attaches %s and answers the case with it', async (_name, attachment) => {
    const was = await givenCase();
    const { status, body } = await add(was.id, attachment);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: was.id,
      version: expect.not.stringMatching(was.version),
      updated_at: expect.stringMatching(ISO_TIME),
      updated_by: elastic,
      totalComment: attachment.type === 'user' ? 1 : 0,
      totalAlerts: attachment.type === 'alert' ? 2 : 0,
    });
    expect(body.comments).toEqual([
      {
        id: expect.stringMatching(UUID_V4),
        version: expect.stringMatching(VERSION),
        ...attachment,
        created_at: body.updated_at,
        created_by: elastic,
        pushed_at: null,
        pushed_by: null,
        updated_at: null,
        updated_by: null,
      },
    ]);
    expect(await getCase(was.id)).toEqual({ ...body, comments: [] });
    expect((await history(was.id)).at(-1)).toMatchObject({
      type: 'comment',
      action: 'create',
      payload: { comment: attachment },
      comment_id: body.comments[0].id,
    });
  });

  it('answers all comments by time', async () => {
    const { id } = await givenCase();
    for (const text of ['one', 'two']) await givenComment(id, userComment(text));
    const { body } = await add(id, userComment('three'));
    expect(body.comments.map(({ comment }: { comment: string }) => comment)).toEqual(['one', 'two', 'three']);
  });

  it('loses no comment under concurrent ones', async () => {
    const { id } = await givenCase();
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => add(id, userComment(`${index}`))));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    const { body } = await call(`GET /api/cases/${id}/comments/_find`);
    expect(body.total).toBe(8);
    expect(await getCase(id)).toMatchObject({ totalComment: 8 });
    expect(await history(id)).toHaveLength(9);
  });

  it('attaches an alert once, also when several attach it at once', async () => {
    const { id } = await givenCase();
    await Promise.all(Array.from({ length: 5 }, () => add(id, alertComment(['a', 'b'], ['i', 'i']))));
    const { body } = await add(id, alertComment(['b', 'c', 'c'], ['i', 'j', 'j']));
    expect(body).toMatchObject({ totalAlerts: 3 });
    expect(body.comments).toMatchObject([{ alertId: ['a', 'b'] }, { alertId: ['c'], index: ['j'] }]);
    const unchanged = await add(id, alertComment('a'));
    expect(unchanged.body).toEqual(body);
  });

  it('attaches an alert that is named twice with the index that is named first', async () => {
    const { id } = await givenCase();
    const { body } = await add(id, alertComment(['a', 'b', 'a'], ['i', 'j', 'k']));
    expect(body.comments).toMatchObject([{ alertId: ['a', 'b'], index: ['i', 'j'] }]);
  });

  it('attaches 1,000 alerts and no more', async () => {
    const { id } = await givenCase();
    const ids = Array.from({ length: 1_000 }, (_, index) => `alert-${index}`);
    expect((await add(id, alertComment(ids, ids))).body).toMatchObject({ totalAlerts: 1_000 });
    expect(shown(await add(id, alertComment('one more')))).toEqual(
      badRequest('Case has reached the maximum allowed number (1000) of attached alerts.'),
    );
  });

  it('attaches 100 references and no more', async () => {
    const { id } = await givenCase();
    for (let count = 0; count < 100; count++) await add(id, kinds.persistableState);
    expect(shown(await add(id, kinds['externalReference in Elasticsearch']))).toEqual(
      badRequest(
        'Case has reached the maximum allowed number (100) of attached persistable state and external reference attachments.',
      ),
    );
  });

  it.each([
    ['externalReference', { ...kinds['externalReference to a saved object'], externalReferenceAttachmentTypeId: 'x' }],
    ['persistableState', { ...kinds.persistableState, persistableStateAttachmentTypeId: 'x' }],
  ])('refuses a %s of a type that nobody registered', async (_name, attachment) => {
    expect(shown(await add((await givenCase()).id, attachment))).toEqual(
      badRequest('Attachment type x is not registered.'),
    );
  });

  it('refuses alerts for a closed case, and what belongs to another owner', async () => {
    const { id, version } = await givenCase();
    expect(shown(await add(id, userComment('x', 'observability')))).toEqual(
      badRequest('The owner field of the comment must match the case'),
    );
    await patch({ id, version, status: 'closed' });
    expect(shown(await add(id, alertComment('a')))).toEqual(badRequest('Alert cannot be attached to a closed case'));
    expect((await add(id, userComment())).status).toBe(200);
  });

  it('refuses alerts without an index each', async () => {
    const { id } = await givenCase();
    expect(shown(await add(id, alertComment(['a', 'b'], 'i')))).toEqual(
      badRequest(
        'Received an alert comment with ids and indices arrays of different lengths ids: ["a","b"] indices: ["i"]',
      ),
    );
  });

  it.each([
    [
      'no owner',
      { type: 'user', comment: 'x' },
      fitsNone('Invalid value "undefined" supplied to "owner"', 'Invalid value "user" supplied to "type"'),
    ],
    [
      'no comment',
      { type: 'user', owner: 'cases' },
      fitsNone('Invalid value "undefined" supplied to "comment"', 'Invalid value "user" supplied to "type"'),
    ],
    [
      'an empty comment',
      userComment(' '),
      fitsNone('The comment field cannot be an empty string.', 'Invalid value "user" supplied to "type"'),
    ],
    [
      'a long comment',
      userComment('x'.repeat(30_001)),
      fitsNone(
        'The length of the comment is too long. The maximum length is 30000.',
        'Invalid value "user" supplied to "type"',
      ),
    ],
    [
      'an unknown type',
      { type: 'foo', owner: 'cases', comment: 'x' },
      fitsNone('Invalid value "foo" supplied to "type"'),
    ],
    ['an unknown key', { ...userComment(), foo: 1 }, 'invalid keys "foo"'],
    [
      'an unknown key inside',
      { ...kinds.actions, actions: { ...kinds.actions.actions, foo: 1 } },
      'invalid keys "foo"',
    ],
  ])('refuses %s', async (_name, body, message) => {
    expect(shown(await add('any', body))).toEqual(badRequest(message));
  });

  it.each(noBodies)('refuses the body %j', async (body, message) => {
    expect(shown(await add('any', body))).toEqual(badRequest(message));
  });

  it('asks for the right to comment before it looks for the case', async () => {
    const as = await givenUser('no-comments', { kibana: ['feature_generalCasesV3.minimal_all'] });
    const refused = forbidden('Unauthorized to create comments with owners: "cases"');
    expect(shown(await add('unknown', userComment(), as))).toEqual(refused);
    expect(shown(await add((await givenCase()).id, userComment(), as))).toEqual(refused);
    const commenter = await givenUser('commenter', { kibana: ['feature_generalCasesV3.create_comment'] });
    expect(shown(await add('unknown', userComment(), commenter))).toEqual(
      notFound('Saved object [cases/unknown] not found'),
    );
    expect((await add((await givenCase()).id, userComment(), commenter)).status).toBe(200);
  });
});
