import { describe, expect, it } from 'vitest';
import { basic, givenUser } from '../../support/callers.ts';
import {
  badRequest,
  cases,
  elastic,
  forbidden,
  ISO_TIME,
  NONE,
  newCase,
  noBodies,
  shown,
  UUID_V4,
  VERSION,
} from './cases.ts';

const { call, send, givenCase, getCase, history } = cases();
const CREATE = 'POST /api/cases';

const withoutFields = ['description', 'tags', 'title', 'connector', 'settings', 'owner']
  .map((field) => `Invalid value "undefined" supplied to "${field}"`)
  .join(',');
const jira = { issueType: '10006', priority: 'High', parent: null };

describe('POST /api/cases', () => {
  it('opens a case with what the client names, and defaults for the rest', async () => {
    const answer = await call(CREATE, { body: newCase() });
    expect(shown(answer)).toEqual({
      status: 200,
      body: {
        id: expect.stringMatching(UUID_V4),
        version: expect.stringMatching(VERSION),
        comments: [],
        totalComment: 0,
        totalAlerts: 0,
        ...newCase(),
        severity: 'low',
        assignees: [],
        category: null,
        customFields: [],
        status: 'open',
        observables: [],
        duration: null,
        closed_at: null,
        closed_by: null,
        created_at: expect.stringMatching(ISO_TIME),
        created_by: elastic,
        updated_at: null,
        updated_by: null,
        external_service: null,
      },
    });
    expect(answer.headers).toMatchObject({ 'elastic-api-version': '2023-10-31' });
    expect(await getCase(answer.body.id)).toEqual(answer.body);
  });

  it('keeps every field, without the blanks around texts', async () => {
    const created = await givenCase({
      title: '  A title ',
      description: ' Described\n',
      tags: [' one ', 'two'],
      category: ' A category ',
      severity: 'critical',
      owner: 'securitySolution',
      settings: { syncAlerts: false },
      assignees: [{ uid: 'u_1' }, { uid: '' }, { uid: 'u_1' }, { uid: 'u_2' }],
      connector: { id: 'jira-1', name: 'Jira', type: '.jira', fields: jira },
    });
    expect(await getCase(created.id)).toMatchObject({
      title: 'A title',
      description: 'Described',
      tags: ['one', 'two'],
      category: 'A category',
      severity: 'critical',
      owner: 'securitySolution',
      settings: { syncAlerts: false },
      assignees: [{ uid: 'u_1' }, { uid: 'u_2' }],
      connector: { id: 'jira-1', name: 'Jira', type: '.jira', fields: jira },
    });
  });

  it('begins the history of the case', async () => {
    const { id, created_at } = await givenCase({ title: ' A title ' });
    const { customFields, category, severity, assignees } = await getCase(id);
    expect(await history(id)).toEqual([
      {
        id: expect.stringMatching(UUID_V4),
        version: expect.stringMatching(VERSION),
        action: 'create',
        type: 'create_case',
        payload: { ...newCase({ title: 'A title' }), customFields, category, severity, assignees, status: 'open' },
        created_at,
        created_by: elastic,
        owner: 'cases',
        comment_id: null,
      },
    ]);
  });

  it('keeps hostile texts byte for byte', async () => {
    const tags = ['\ud800', 'constructor', '\u0000', '😀'];
    const description = `${'ü'.repeat(29_998)}\ud800x`;
    const { id } = await givenCase({ tags, description });
    expect(await getCase(id)).toMatchObject({ tags: tags.map((tag) => tag.trim()), description });
  });

  it.each([
    ['no body at all', undefined, withoutFields],
    ['an empty object', {}, withoutFields],
    ['an empty object in JSON text', '"{}"', withoutFields],
    ['an unknown key', newCase({ foo: 1 }), 'invalid keys "foo"'],
    ['unknown keys everywhere', newCase({ settings: { syncAlerts: true, a: 1 }, b: 1 }), 'invalid keys "a,b"'],
    ['a title that is no text', newCase({ title: 5 }), 'Invalid value "5" supplied to "title"'],
    ['an empty title', newCase({ title: '  ' }), 'The title field cannot be an empty string.'],
    [
      'a long title',
      newCase({ title: 'x'.repeat(161) }),
      'The length of the title is too long. The maximum length is 160.',
    ],
    ['an empty description', newCase({ description: '' }), 'The description field cannot be an empty string.'],
    [
      'a long description',
      newCase({ description: 'x'.repeat(30_001) }),
      'The length of the description is too long. The maximum length is 30000.',
    ],
    ['tags that are no list', newCase({ tags: 'a' }), 'Invalid value "a" supplied to "tags"'],
    ['a tag that is no text', newCase({ tags: [{ a: 1 }] }), 'Invalid value "{"a":1}" supplied to "tags"'],
    ['an empty tag', newCase({ tags: [''] }), 'The tag field cannot be an empty string.'],
    [
      'a long tag',
      newCase({ tags: ['x'.repeat(257)] }),
      'The length of the tag is too long. The maximum length is 256.',
    ],
    [
      'too many tags',
      newCase({ tags: Array(201).fill('x') }),
      'The length of the field tags is too long. Array must be of length <= 200.',
    ],
    ['an unknown severity', newCase({ severity: 'x' }), 'Invalid value "x" supplied to "severity"'],
    [
      'a long category',
      newCase({ category: 'x'.repeat(51) }),
      `The length of the category is too long. The maximum length is 50.,Invalid value "${'x'.repeat(51)}" supplied to "category"`,
    ],
    [
      'too many assignees',
      newCase({ assignees: Array.from({ length: 11 }, (_, index) => ({ uid: `${index}` })) }),
      'The length of the field assignees is too long. Array must be of length <= 10.',
    ],
    [
      'an assignee without an id',
      newCase({ assignees: [{}] }),
      'Invalid value "undefined" supplied to "assignees,uid"',
    ],
    [
      'an unknown type of connector',
      newCase({ connector: { ...NONE, type: '.nope' } }),
      'Invalid value "{"id":"none","name":"none","type":".nope","fields":null}" supplied to "connector"',
    ],
    ['a connector that is no object', newCase({ connector: 'x' }), 'Invalid value "x" supplied to "connector"'],
    [
      'a connector without a name',
      newCase({ connector: { id: 'none', type: '.none', fields: null } }),
      'Invalid value "undefined" supplied to "connector,name"',
    ],
    [
      'fields for no connector',
      newCase({ connector: { ...NONE, fields: {} } }),
      'Invalid value "{}" supplied to "connector,fields"',
    ],
    [
      'fields of a connector that are incomplete',
      newCase({ connector: { id: 'j', name: 'j', type: '.jira', fields: { issueType: 1 } } }),
      'Invalid value "1" supplied to "connector,fields,issueType",Invalid value "undefined" supplied to "connector,fields,priority",Invalid value "undefined" supplied to "connector,fields,parent",Invalid value "{"issueType":1}" supplied to "connector,fields"',
    ],
    [
      'unknown fields of a connector',
      newCase({ connector: { id: 'j', name: 'j', type: '.jira', fields: { ...jira, x: 1 } } }),
      'invalid keys "x"',
    ],
    [
      'custom fields, which nobody configured',
      newCase({ customFields: [{ key: 'a', type: 'text', value: 'x' }] }),
      'No custom fields configured.',
    ],
  ])('refuses %s', async (_name, body, message) => {
    expect(shown(await call(CREATE, { body }))).toEqual(badRequest(message));
  });

  it.each(noBodies)('refuses the body %j', async (body, message) => {
    expect(shown(await call(CREATE, { body }))).toEqual(badRequest(message));
  });

  it.each(['', 'nobody', 'constructor'])('refuses owner «%s», also to a superuser', async (owner) => {
    expect(shown(await call(CREATE, { body: newCase({ owner }) }))).toEqual(
      forbidden(`Unauthorized to create case with owners: "${owner}"`),
    );
  });

  it.each([
    ['cases', 'feature_generalCasesV3.all'],
    ['observability', 'feature_observabilityCasesV3.all'],
    ['securitySolution', 'feature_securitySolutionCasesV2.all'],
    ['securitySolution', 'feature_securitySolutionCases.all'],
  ])('lets create for owner %s who has %s, and for no other', async (owner, granted) => {
    const as = await givenUser(granted, { kibana: [granted] });
    for (const other of ['cases', 'observability', 'securitySolution']) {
      const answer = shown(await call(CREATE, { as, body: newCase({ owner: other }) }));
      if (other === owner) expect(answer.status).toBe(200);
      else expect(answer).toEqual(forbidden(`Unauthorized to create case with owners: "${other}"`));
    }
  });

  it('wants a right of its own for assignees, and decides by space', async () => {
    const as = await givenUser('no-assign', { kibana: ['feature_generalCasesV3.minimal_all'], spaces: ['a'] });
    const create = (fields: object, space = 'a') => call(`POST /s/${space}/api/cases`, { as, body: newCase(fields) });
    expect((await create({})).status).toBe(200);
    expect((await create({ assignees: [] })).status).toBe(200);
    expect((await create({ assignees: [{ uid: 'u_1' }] })).status).toBe(403);
    expect((await create({}, 'b')).status).toBe(403);
  });

  it.each([
    ['POST', '/api/cases'],
    ['PATCH', '/api/cases'],
    ['DELETE', '/api/cases'],
    ['POST', '/api/cases/a/comments'],
  ])('%s %s needs somebody who calls, and the XSRF header', async (method, url) => {
    expect((await call(`${method} ${url}`, { as: null })).status).toBe(401);
    expect(shown(await send({ method, url, headers: { authorization: basic('elastic') } }))).toEqual(
      badRequest('Request must contain a kbn-xsrf header.'),
    );
  });
});
