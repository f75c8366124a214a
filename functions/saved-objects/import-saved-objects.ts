import * as z from 'zod';
import type { UploadedPart } from '../../lib/http/body.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { parseMultipart } from '../../lib/http/multipart.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { checkFileName, readImportFile } from '../../lib/saved-objects/import-file.ts';
import { importObjects } from '../../lib/saved-objects/import-objects.ts';
import { profileUid } from '../../lib/security/principal.ts';
import { none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Kibana's limit for an import file; what Lambda takes is less. */
const MAX_FILE_BYTES = 26_214_400;

const flag = schema.boolean().default(false);
const query = schema
  .object({ overwrite: flag, createNewCopies: flag, compatibilityMode: flag })
  .refine(({ overwrite, createNewCopies }) => !(overwrite && createNewCopies), {
    error: 'cannot use [overwrite] with [createNewCopies]',
    abort: true,
  })
  .refine(({ createNewCopies, compatibilityMode }) => !(createNewCopies && compatibilityMode), {
    error: 'cannot use [createNewCopies] with [compatibilityMode]',
  });

const meta = z.object({ title: z.unknown().optional(), icon: z.string().optional() });
const result = z.object({ type: z.string(), id: z.string(), meta, managed: z.boolean() });

/** Creates the objects of a file that `_export` made. Types decide by themselves who may create them. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/saved_objects/_import',
    summary: 'Import saved objects',
    differs: 'Takes files up to 4.5 MB. Objects keep the format version of the file; nothing is migrated.',
    privileges: none,
    versioning: 'unversioned',
    validation: schema.configSchema,
    body: { maxBytes: MAX_FILE_BYTES, multipart: parseMultipart },
    request: {
      query,
      body: z.preprocess(fieldsOf, z.strictObject({ file: z.custom<UploadedPart>(isFile, { error: noFile }) })),
    },
    responses: {
      200: z.object({
        success: z.boolean(),
        successCount: z.number(),
        warnings: z.array(z.unknown()),
        successResults: z.array(result).optional(),
        errors: z.array(z.looseObject({ type: z.string(), id: z.string(), meta, error: z.unknown() })).optional(),
      }),
      403: coreError,
    },
  },
  async ({ query, body: { file }, principal, space, now, newId, deadline }) => {
    checkFileName(file.filename ?? '');
    const context = {
      caller: { principal, space },
      actor: { space, now, profileUid: profileUid(principal) },
      newId,
      deadline,
    };
    return ok(await importObjects(readImportFile(file.content), query, context));
  },
);

/** The parts of a multipart body by their field: those without a file name are texts, several of one field a list. */
function fieldsOf(body: unknown): unknown {
  if (!Array.isArray(body)) return body;
  const fields = Map.groupBy(body, (part: UploadedPart) => part.field);
  return Object.fromEntries(
    Array.from(fields, ([field, parts]) => {
      const [only, ...others] = parts.map((part) => (part.filename === undefined ? part.content.toString() : part));
      return [field, others.length === 0 ? only : [only, ...others]];
    }),
  );
}

function isFile(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function noFile({ input }: { input?: unknown }): string {
  return `expected value of type [Stream] but got [${Array.isArray(input) ? 'Array' : typeof input}]`;
}
