import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  allDocuments,
  createDocument,
  defaultDocumentId,
  deleteDocument,
  documentsWithIds,
  type Kind,
  newDocumentId,
  updateDocument,
} from '../../../lib/assistant/documents.ts';
import { createOwnTables } from '../../support/stack.ts';
import { intercept, jitter } from '../stores/store.ts';

type Note = { text: string };
const now = new Date();
const kind: Kind<Note> = {
  name: 'note',
  schema: z.object({ text: z.string() }),
  defaults: (space) => ['one', 'two'].map((text) => ({ id: defaultDocumentId('note', space, text), fields: { text } })),
};
const texts = async (space: string) => (await allDocuments(kind, space)).map(({ fields }) => fields.text).sort();
const first = (space: string) => kind.defaults(space)[0]!.id;

beforeAll(() => createOwnTables());

describe('ids', () => {
  it('have 20 characters that need no escape', () => {
    for (const id of [newDocumentId(), defaultDocumentId('note', 'a', 'one')]) expect(id).toMatch(/^[\w-]{20}$/);
  });

  it('of defaults depend on kind, space and name, and on nothing else', () => {
    const id = defaultDocumentId('note', 'a', 'one');
    expect(defaultDocumentId('note', 'a', 'one')).toBe(id);
    const others = [
      defaultDocumentId('notes', 'a', 'one'),
      defaultDocumentId('note', 'b', 'one'),
      defaultDocumentId('note', 'a', 'two'),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });
});

describe('defaults', () => {
  it('are there until they are changed or deleted', async () => {
    expect(await texts('defaults')).toEqual(['one', 'two']);
    await updateDocument(kind, 'defaults', first('defaults'), () => ({ text: 'changed' }), now);
    expect(await texts('defaults')).toEqual(['changed', 'two']);
    await deleteDocument(kind, 'defaults', first('defaults'), now);
    await deleteDocument(kind, 'defaults', first('defaults'), now);
    expect(await texts('defaults')).toEqual(['two']);
    expect(await documentsWithIds(kind, 'defaults', [first('defaults')])).toEqual([]);
    await expect(updateDocument(kind, 'defaults', first('defaults'), (was) => was, now)).rejects.toMatchObject({
      status: 404,
      type: 'document_missing_exception',
    });
    expect(await texts('elsewhere')).toEqual(['one', 'two']);
  });

  it('keep all changes that are made at once', async () => {
    const id = first('at-once');
    const letters = ['a', 'b', 'c'];
    await Promise.all(
      letters.map((letter) => updateDocument(kind, 'at-once', id, ({ text }) => ({ text: text + letter }), now)),
    );
    const [{ fields } = { fields: { text: '' } }] = await documentsWithIds(kind, 'at-once', [id]);
    expect([...fields.text.slice(3)].sort()).toEqual(letters);
  });
});

it('finds documents by id, each once, and only those that are there', async () => {
  const { id } = await createDocument(kind, 'by-id', { text: 'mine' }, now);
  const found = await documentsWithIds(kind, 'by-id', [
    id,
    first('by-id'),
    id,
    'nobody',
    '',
    '\ud800',
    'x'.repeat(2_000),
  ]);
  expect(found.map(({ fields }) => fields.text)).toEqual(['mine', 'one']);
  expect(await documentsWithIds(kind, 'other', [id])).toEqual([]);
});

it('a change gives up after three retries, with the versions that met', async () => {
  jitter(0);
  const { id } = await createDocument(kind, 'rivals', { text: 'ours' }, new Date(0));
  let rounds = 0;
  intercept(async (sent, send) => {
    if (sent.name === 'PutCommand' && sent.input.Item.sk === id && rounds < 4 && !rivals) {
      rounds += 1;
      rivals = true;
      await updateDocument(kind, 'rivals', id, () => ({ text: `theirs ${rounds}` }), now);
      rivals = false;
    }
    return send();
  });
  let rivals = false;
  await expect(updateDocument(kind, 'rivals', id, () => ({ text: 'lost' }), now)).rejects.toMatchObject({
    status: 409,
    type: 'version_conflict_engine_exception',
    message: `[${id}]: version conflict, required seqNo [3], primary term [1]. current document has seqNo [4] and primary term [1]`,
  });
  expect(rounds).toBe(4);
  expect((await documentsWithIds(kind, 'rivals', [id]))[0]?.fields).toEqual({ text: 'theirs 4' });
});
