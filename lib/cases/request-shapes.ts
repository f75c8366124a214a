import * as z from 'zod';
import * as schema from '../validation/config-schema.ts';

/** What config-schema checks before any case operation looks at its input. */

export const casePath = schema.object({ caseId: z.string() });
export const commentPath = schema.object({ caseId: z.string(), commentId: z.string() });
/** The ids of a bulk delete: repeated keys, or JSON text of a list. */
export const idsQuery = schema.object({ ids: schema.array(z.string()) });
/** Any object, JSON text of one, or nothing: what operations without a body of their own take. */
export const anyBody = z.union([schema.openObject({}), z.literal(null)]);

/**
 * A body that the operation looks at itself, after config-schema took it for any object or nothing; a refusal of the
 * latter is told in config-schema's words. `absent` is what the operation sees when there is no body.
 */
export function bodyOf<Body extends z.ZodType>(body: Body, absent: unknown = null) {
  return z.preprocess((value, { issues }) => {
    const parsed = anyBody.safeParse(value, { reportInput: true });
    if (parsed.success) return parsed.data ?? absent;
    const message = schema.configSchema([{ source: 'body', issues: parsed.error.issues }]);
    issues.push({ code: 'custom', message, input: value, continue: false });
    return z.NEVER;
  }, body);
}
