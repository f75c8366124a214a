import * as z from 'zod';
import * as schema from '../validation/config-schema.ts';

/** What config-schema checks before any case operation looks at its input. */

export const casePath = schema.object({ caseId: z.string() });
export const commentPath = schema.object({ caseId: z.string(), commentId: z.string() });
/** The ids of a bulk delete: repeated keys, or JSON text of a list. */
export const idsQuery = schema.object({ ids: schema.array(z.string()) });
/** Operations without a body of their own take any object, or nothing. */
export const anyBody = z.union([z.looseObject({}), z.null()]);
