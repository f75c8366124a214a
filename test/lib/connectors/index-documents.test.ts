import { describe, expect, it } from 'vitest';
import { type Bulk, bulkCreate } from '../../../lib/connectors/index-documents.ts';
import { indexNameProblem } from '../../../lib/connectors/index-names.ts';
import { storedText, unpackJson } from '../../../lib/stores/large-documents.ts';
import { principalWith } from '../../support/identities.ts';
import { failFirst, ownTables, partition, record, serviceError } from '../stores/store.ts';

ownTables();

const NOW = new Date('2025-05-06T07:08:09Z');
const entry = (names: string[], privileges: string[], allow_restricted_indices = false) => ({
  indices: [{ names, privileges, allow_restricted_indices }],
});
const everybody = principalWith([entry(['*'], ['all'])]);
const bulk: Bulk = { as: everybody, now: NOW };
const stored = async (index: string) =>
  Promise.all(
    (await partition('Documents', `index#${index}`)).map(async ({ sk, document }) => [
      sk,
      await unpackJson('Documents', storedText.parse(document)),
    ]),
  );

describe('bulkCreate', () => {
  it('creates documents in the order given and answers as Elasticsearch does', async () => {
    const answer = await bulkCreate('my-index', [{ source: { n: 1 } }, { id: 'mine', source: { n: 2 } }], bulk);
    const item = (_id: unknown) => ({
      create: {
        _index: 'my-index',
        _id,
        _version: 1,
        result: 'created',
        _shards: { total: 2, successful: 1, failed: 0 },
        _seq_no: expect.any(Number),
        _primary_term: 1,
        status: 201,
      },
    });
    expect(answer).toEqual({
      errors: false,
      took: expect.any(Number),
      items: [item(expect.stringMatching(/^[\w-]{20}$/)), item('mine')],
    });
    expect((await stored('my-index')).map(([, source]) => source)).toEqual(
      expect.arrayContaining([{ n: 1 }, { n: 2 }]),
    );
  });

  it('keeps every JSON as it is', async () => {
    const source = JSON.parse('{"a":{"":[1e-7,12345678901234567890,null,"\\ud800"]},"constructor":{"x":1},"b.c":true}');
    await bulkCreate('odd', [{ id: 'o', source }], bulk);
    expect(await stored('odd')).toEqual([['o', source]]);
  });

  it('keeps what is larger than a row', async () => {
    const source = { text: Array.from({ length: 60_000 }, () => Math.random().toString(36).slice(2)).join('') };
    expect((await bulkCreate('large', [{ id: 'l', source }], bulk)).errors).toBe(false);
    expect(await stored('large')).toEqual([['l', source]]);
  });

  it('tells a conflict in its item, and does the rest', async () => {
    await bulkCreate('twice', [{ id: 'a', source: { first: true } }], bulk);
    const answer = await bulkCreate(
      'twice',
      [
        { id: 'a', source: {} },
        { id: 'b', source: {} },
      ],
      bulk,
    );
    expect(answer).toMatchObject({ errors: true, items: [{}, { create: { _id: 'b', status: 201 } }] });
    expect(answer.items[0]).toEqual({
      create: {
        _index: 'twice',
        _id: 'a',
        status: 409,
        error: {
          type: 'version_conflict_engine_exception',
          reason: '[a]: version conflict, document already exists (current version [1])',
        },
      },
    });
    expect(await stored('twice')).toEqual([
      ['a', { first: true }],
      ['b', {}],
    ]);
  });

  it.each([
    [
      { source: { _id: 'x' } },
      400,
      'Field [_id] is a metadata field and cannot be added inside a document. Use the index API request parameters.',
    ],
    [
      { source: { _source: {} } },
      400,
      'Field [_source] is a metadata field and cannot be added inside a document. Use the index API request parameters.',
    ],
    [
      { id: 'x'.repeat(513), source: {} },
      400,
      `id [${'x'.repeat(513)}] is empty or too long, must be no longer than 512 bytes`,
    ],
    [{ id: '', source: {} }, 400, 'id [] is empty or too long, must be no longer than 512 bytes'],
  ])('refuses %j', async (document, status, reason) => {
    const answer = await bulkCreate('refused', [document], bulk);
    expect(answer).toMatchObject({ errors: true, items: [{ create: { status, error: { reason } } }] });
  });

  it('begins no document after the deadline', async () => {
    const sent = record();
    const answer = await bulkCreate('late', [{ source: {} }, { source: {} }], { ...bulk, deadline: Date.now() - 1 });
    expect(answer.items.map(({ create }) => create.status)).toEqual([429, 429]);
    expect(sent).toEqual([]);
  });

  it('does not hide a store that fails', async () => {
    failFirst('PutCommand', 1, () => serviceError('AccessDeniedException'));
    await expect(bulkCreate('failing', [{ source: {} }], bulk)).rejects.toThrow('AccessDeniedException');
  });

  it('writes many at a time, once each', async () => {
    const documents = Array.from({ length: 200 }, (_, n) => ({ source: { n } }));
    expect((await bulkCreate('many', documents, bulk)).items).toHaveLength(200);
    const found = (await stored('many')).map(([, source]) => (source as { n: number }).n);
    expect(found.sort((one, other) => one - other)).toEqual(documents.map(({ source: { n } }) => n));
  });
});

describe('who may add documents', () => {
  const may = async (index: string, ...sets: object[][]) =>
    !(await bulkCreate(index, [{ source: {} }], { as: principalWith(...(sets as [])), now: NOW })).errors;

  it.each([['create_doc'], ['create'], ['index'], ['write'], ['all']])('those with %s', async (privilege) => {
    expect(await may('logs-a', [entry(['logs-*'], ['read', privilege])])).toBe(true);
  });

  it.each([
    ['without privileges', 'logs-a', [[]]],
    ['who only read', 'logs-a', [[entry(['*'], ['read', 'delete', 'monitor'])]]],
    ['on other indices', 'metrics-a', [[entry(['logs-*', 'metrics'], ['all'])]]],
    ['by a regular expression', 'logs-a', [[entry(['/logs.*/'], ['all'])]]],
    ['whose key has less than they', 'logs-a', [[entry(['metrics-*'], ['all'])], [entry(['*'], ['all'])]]],
    ['on restricted indices', '.kibana_1', [[entry(['*'], ['all'])]]],
    ['on restricted indices', '.security-7', [[entry(['.security*'], ['all'])]]],
  ])('not those %s (%s)', async (_name, index, sets) => {
    expect(await may(index, ...sets)).toBe(false);
  });

  it('those to whom restricted indices are given', async () => {
    expect(await may('.kibana_1', [entry(['.kibana*'], ['all'], true)])).toBe(true);
  });

  it('is told in Elasticsearch’s words', async () => {
    const as = { ...principalWith([]), username: 'jdoe', roles: ['b', 'a'] };
    const answer = await bulkCreate('logs-a', [{ source: {} }], { as, now: NOW });
    expect(answer.items[0]?.create).toMatchObject({
      status: 403,
      error: {
        type: 'security_exception',
        reason:
          'action [indices:data/write/bulk[s]] is unauthorized for user [jdoe] with effective roles [a,b] on indices [logs-a], this action is granted by the index privileges [create_doc,create,index,write,all]',
      },
    });
    const withKey = { ...as, apiKey: { id: 'k', name: 'n' } };
    const other = await bulkCreate('logs-a', [{ source: {} }], { as: withKey, now: NOW });
    expect(other.items[0]?.create).toMatchObject({
      error: { reason: expect.stringContaining('API key id [k] of user [jdoe]') },
    });
  });
});

describe('names of indices', () => {
  it.each(['a', 'my-index', '.hidden', 'a+b', 'a_b', 'index.2025.01', 'ü', '.a', 'x'.repeat(255)])(
    'may be %s',
    (name) => {
      expect(indexNameProblem(name)).toBeUndefined();
    },
  );

  const characters = `must not contain the following characters [' ','"','*',',','/','<','>','?','\\','|']`;
  it.each([
    ['', 'must not be empty'],
    ['My', 'must be lowercase'],
    ['a b', characters],
    ['a,b', characters],
    ['a*', characters],
    ['a/b', characters],
    ['a\\b', characters],
    ['<logs-{now/d}>', characters],
    ['\ud800', characters],
    ['a#b', "must not contain '#'"],
    ['a:b', "must not contain ':'"],
    ['_a', "must not start with '_', '-', or '+'"],
    ['-a', "must not start with '_', '-', or '+'"],
    ['+a', "must not start with '_', '-', or '+'"],
    ['.', "must not be '.' or '..'"],
    ['..', "must not be '.' or '..'"],
    ['ü'.repeat(128), 'index name is too long, (256 > 255)'],
  ])('may not be %j', async (name, problem) => {
    expect(indexNameProblem(name)).toBe(problem);
    const answer = await bulkCreate(name, [{ source: {} }], bulk);
    expect(answer.items[0]?.create).toMatchObject({
      status: 400,
      error: {
        type: 'invalid_index_name_exception',
        reason: `Invalid index name [${name.toWellFormed()}], ${problem}`,
      },
    });
  });
});
