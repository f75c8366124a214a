import * as z from 'zod';
import { Conflict, NotFound } from '../errors/errors.ts';
import { fitsKey, type Key, key } from '../stores/keys.ts';
import { deletionsOf, packJson, storedText, unpackJson } from '../stores/large-documents.ts';
import { countRows, type Row, read, readPage, rows } from '../stores/read.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { encodeVersion, firstVersion } from '../stores/versions.ts';
import { type Write, write } from '../stores/write.ts';
import { type Actor, displayName } from './author.ts';
import { childrenOf, noteKey, table } from './timeline-children.ts';
import { type BareNote, bareNote, type Note } from './timeline-fields.ts';

/**
 * Notes (where they lie: `timeline-children.ts`). Those without a timeline are counted by event:
 *
 *   counted  pk <space>#event_notes#<event>   sk <note>
 */

/** Notes that an event may have without a timeline. */
const MAX_UNASSIGNED = 100;
/** Notes that reading a timeline gives: Kibana's own page of saved objects. */
const NOTES_SHOWN = 20;

const noteRow = z.object({ id: z.string(), version: z.number(), document: storedText });

async function noteOf(row: Row, timelineId: string): Promise<Note> {
  const { id, version, document } = noteRow.parse(row);
  return noteView(id, version, { ...bareNote.parse(await unpackJson(table, document)), timelineId });
}

function noteView(noteId: string, version: number, content: BareNote): Note {
  const { timelineId, eventId, note, created, createdBy, updated, updatedBy } = content;
  return { noteId, version: encodeVersion(version), timelineId, eventId, note, created, createdBy, updated, updatedBy };
}

/** The notes of a timeline that reading it shows: 20 of them, in no order. */
export async function notesOf(space: string, timelineId: string): Promise<Note[]> {
  const selection = { table, pk: childrenOf(space, timelineId), prefix: 'note#', limit: NOTES_SHOWN };
  const page = await readPage(selection);
  return Promise.all(page.rows.map((row) => noteOf(row, timelineId)));
}

export type NoteResult = { code: number; message: string; note: Note };

export type NoteOptions = {
  /** Keeps the times and names that the note came with. */
  keepHistory?: boolean;
};

/** Writes a new note. One too many for an event is told in the result, not thrown. */
export async function createNote(
  content: BareNote,
  { space, principal, now, newId }: Actor,
  { keepHistory = false }: NoteOptions = {},
): Promise<NoteResult> {
  const id = newId();
  const { timelineId, eventId } = content;
  const counted = timelineId === '' && eventId ? countedKey(space, eventId, id) : undefined;
  if (counted !== undefined && (await countRows({ table, pk: counted.pk })) >= MAX_UNASSIGNED) {
    const message = `Cannot create more than ${MAX_UNASSIGNED} notes per document without associating them to a timeline`;
    return { code: 403, message, note: { ...content, noteId: id, version: '', timelineId: '' } };
  }
  const by = displayName(principal);
  const time = now.getTime();
  const written = keepHistory ? content : { ...content, created: time, createdBy: by, updated: time, updatedBy: by };
  const version = firstVersion(now);
  const { stored, writes } = await packJson(table, written);
  const row = { ...noteKey(space, timelineId, id), id, version, document: stored };
  await write({ table, create: row }, ...writes, ...(counted === undefined ? [] : [{ table, put: counted }]));
  return success(noteView(id, version, written));
}

function success(note: Note): NoteResult {
  return { code: 200, message: 'success', note };
}

function noteNotFound(noteId: string): NotFound {
  return new NotFound(`Saved object [siem-ui-timeline-note/${noteId}] not found`);
}

function countedKey(space: string, eventId: string, noteId: string): Key {
  return key(`${space}#event_notes#${eventId}`, noteId);
}

/**
 * Changes a note. One that has no timeline yet may be given one.
 *
 * @throws NotFound, or Conflict when others kept changing it
 */
export async function updateNote(
  noteId: string,
  change: BareNote,
  actor: Actor,
  options: NoteOptions = {},
): Promise<NoteResult> {
  const note = await retryOnConflict(() => updateOnce(noteId, change, actor, options), {
    otherwise: (cause) => new Conflict(`Saved object [siem-ui-timeline-note/${noteId}] conflict`, { cause }),
  });
  return success(note);
}

async function updateOnce(
  noteId: string,
  change: BareNote,
  { space, principal, now }: Actor,
  { keepHistory = false }: NoteOptions,
): Promise<Note> {
  const { timelineId } = change;
  const here = await readNote(space, timelineId, noteId);
  const row = here ?? (timelineId === '' ? undefined : await readNote(space, '', noteId));
  if (row === undefined) throw noteNotFound(noteId);
  const { version, document } = noteRow.parse(row);
  const was = bareNote.parse(await unpackJson(table, document));
  const next: BareNote = {
    ...was,
    ...given(change),
    ...(keepHistory
      ? {}
      : { created: was.created, createdBy: was.createdBy, updated: now.getTime(), updatedBy: displayName(principal) }),
  };
  const packed = await packJson(table, next, document);
  const replacement = {
    ...noteKey(space, timelineId, noteId),
    id: noteId,
    version: version + 1,
    document: packed.stored,
  };
  const place: Write[] =
    here !== undefined
      ? [{ table, replace: replacement }]
      : [
          { table, create: replacement },
          { table, delete: noteKey(space, '', noteId), version },
          ...(was.eventId ? [{ table, delete: countedKey(space, was.eventId, noteId) }] : []),
        ];
  await write(...place, ...packed.writes);
  return noteView(noteId, version + 1, next);
}

async function readNote(space: string, timelineId: string, noteId: string): Promise<Row | undefined> {
  return fitsKey(`note#${noteId}`) ? read(table, noteKey(space, timelineId, noteId)) : undefined;
}

function given(change: BareNote): BareNote {
  const { timelineId, ...others } = change;
  return { timelineId, ...Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined)) };
}

/** Ids of the notes without a timeline in a space. */
export async function* unassignedNoteIdsIn(space: string): AsyncGenerator<string> {
  for await (const row of rows({ table, pk: childrenOf(space, ''), prefix: 'note#', fields: ['id'] })) {
    yield noteRow.pick({ id: true }).parse(row).id;
  }
}

/** Deletes a note without a timeline, with all that it has. @throws NotFound, or WriteConflict when others kept changing it */
export async function deleteUnassignedNote(noteId: string, space: string): Promise<void> {
  await retryOnConflict(async () => {
    const row = await readNote(space, '', noteId);
    if (row === undefined) throw noteNotFound(noteId);
    const { version, document } = noteRow.parse(row);
    const { eventId } = bareNote.parse(await unpackJson(table, document));
    await write(
      { table, delete: noteKey(space, '', noteId), version },
      ...(eventId ? [{ table, delete: countedKey(space, eventId, noteId) } as const] : []),
      ...deletionsOf(table, document),
    );
  });
}

/** The partitions in which parts of a timeline's large notes lie. */
export async function partitionsOfNotes(space: string, timelineId: string): Promise<string[]> {
  const partitions = new Set<string>();
  const selection = { table, pk: childrenOf(space, timelineId), prefix: 'note#', fields: ['document'] };
  for await (const row of rows(selection)) {
    for (const part of deletionsOf(table, noteRow.pick({ document: true }).parse(row).document)) {
      if ('delete' in part) partitions.add(part.delete.pk);
    }
  }
  return [...partitions];
}
