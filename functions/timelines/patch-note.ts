import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { siem, siemError } from '../../lib/http/styles/siem.ts';
import { createNote, updateNote } from '../../lib/timelines/notes.ts';
import { bareNote, note } from '../../lib/timelines/timeline-fields.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

const text = z.string().nullish();

/** Adds a note to a timeline or to an event, or changes one. */
export const handler = kibanaEndpoint(
  {
    route: 'PATCH /api/note',
    summary: 'Add or update a note',
    privileges: ['notes_write'],
    validation: zod3,
    errors: siem,
    request: {
      body: z.object({
        note: bareNote,
        noteId: text,
        overrideOwner: z.boolean().nullish(),
        version: text,
        eventIngested: text,
        eventTimestamp: text,
        eventDataView: text,
      }),
    },
    responses: {
      200: z.object({ code: z.number(), message: z.string(), note }),
      404: siemError,
      409: siemError,
    },
  },
  async ({ body, space, principal, now, newId }) => {
    const actor = { space, principal, now, newId };
    const options = { keepHistory: body.overrideOwner === false };
    const { note: content, noteId } = body;
    return ok(noteId ? await updateNote(noteId, content, actor, options) : await createNote(content, actor, options));
  },
);
