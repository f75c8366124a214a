import { expect, it } from 'vitest';
import { esIndex } from '../../../../lib/connectors/types/es-index.ts';
import { storedText, unpackJson } from '../../../../lib/stores/large-documents.ts';
import { principalWith } from '../../../support/identities.ts';
import { failFirst, ownTables, partition, serviceError } from '../../stores/store.ts';
import { contextWith, NOW, refusalOf, runOf } from '../outside.ts';

ownTables();

const stored = async (index: string) =>
  Promise.all(
    (await partition('Documents', `index#${index}`)).map(({ document }) =>
      unpackJson('Documents', storedText.parse(document)),
    ),
  );

it('adds documents with the time of the run', async () => {
  const config = { index: 'timed', executionTimeField: ' at ' };
  const result = await runOf(esIndex, { params: { documents: [{ a: 1, at: 'x' }] }, config });
  expect(result).toMatchObject({ status: 'ok', data: { errors: false, items: [{ create: { _index: 'timed' } }] } });
  expect(await stored('timed')).toEqual([{ a: 1, at: NOW.toISOString() }]);
});

it('adds to the overriding index, and no time where the field is blank', async () => {
  const config = { index: 'not-this', executionTimeField: ' ' };
  const params = { documents: [{ a: 1 }], indexOverride: 'kibana-alert-history-x' };
  expect(await runOf(esIndex, { params, config })).toMatchObject({ status: 'ok' });
  expect(await stored('kibana-alert-history-x')).toEqual([{ a: 1 }]);
  expect(await stored('not-this')).toEqual([]);
});

it('does nothing for no documents', async () => {
  expect(await runOf(esIndex, { params: { documents: [] }, config: { index: 'none' } })).toEqual({
    status: 'ok',
    data: { errors: false, took: expect.any(Number), items: [] },
  });
});

it('tells the reasons of all documents that failed', async () => {
  const params = { documents: [{ _id: 1 }, { a: 1 }, { _index: 1 }] };
  const rule = 'is a metadata field and cannot be added inside a document. Use the index API request parameters.';
  expect(await runOf(esIndex, { params, config: { index: 'partly' } })).toEqual({
    status: 'error',
    message: 'error indexing documents',
    serviceMessage: `Field [_id] ${rule};Field [_index] ${rule}`,
  });
  expect(await stored('partly')).toEqual([{ a: 1 }]);
});

it('writes as the caller', async () => {
  const result = await runOf(
    esIndex,
    { params: { documents: [{}] }, config: { index: 'foreign' } },
    contextWith({ principal: principalWith([]) }),
  );
  expect(result).toMatchObject({
    status: 'error',
    serviceMessage: expect.stringContaining('is unauthorized for user [jdoe]'),
  });
});

it('says nothing of a store that fails but in the log', async () => {
  const lines: unknown[] = [];
  failFirst('PutCommand', 1, () => serviceError('AccessDeniedException', 'arn:aws:secret'));
  const context = contextWith({ log: (...line) => lines.push(line) });
  expect(await runOf(esIndex, { params: { documents: [{}] }, config: { index: 'broken' } }, context)).toEqual({
    status: 'error',
    message: 'error indexing documents',
    serviceMessage: 'the index is not available',
    retry: true,
  });
  expect(lines).toEqual([['error', 'error indexing documents: arn:aws:secret']]);
});

it.each([
  [{ indeX: 'a', documents: [] }, '[indeX]: definition for this key is missing'],
  [{}, '[documents]: expected value of type [array] but got [undefined]'],
  [{ documents: ['a'] }, '[documents.0]: could not parse record value from json input'],
  [{ documents: [5] }, '[documents.0]: expected value of type [object] but got [number]'],
  [
    { documents: [], indexOverride: 'mine' },
    '[indexOverride]: types that failed validation:\n- [indexOverride.0]: index must start with "kibana-alert-history-"\n- [indexOverride.1]: expected value to equal [null]',
  ],
])('refuses %j', (params, text) => {
  expect(refusalOf(esIndex, { params, config: { index: 'i' } })).toBe(`error validating action params: ${text}`);
});

it.each([
  [{}, '[index]: expected value of type [string] but got [undefined]'],
  [{ index: 'a', refresh: 5 }, '[refresh]: expected value of type [boolean] but got [number]'],
])('refuses the config %j', (config, text) => {
  expect(refusalOf(esIndex, { params: { documents: [] }, config })).toBe(
    `error validating action type config: ${text}`,
  );
});
