import * as z from 'zod';

/** Building blocks that Kibana's zod routes share. */

/** A text of at least one character that is not only blanks; it is not trimmed. */
export const nonEmptyString = z
  .string()
  .min(1)
  .refine((text) => text.trim() !== '', { error: 'No empty strings allowed' });

/** A whole number, without an end of the checks when it is none: zod 3 tells of the limits beside it. */
const whole = z.check<number>(({ value, issues }) => {
  if (!Number.isInteger(value)) issues.push({ code: 'invalid_type', expected: 'int', input: value, continue: true });
});
// For the API document, which looks here.
whole._zod.onattach.push(({ _zod: { bag } }) => {
  bag.format = 'safeint';
});

/** An integer. */
export const integer = z.number().check(whole);

/** An integer in a query. */
export const queryInteger = z.coerce.number().check(whole);
