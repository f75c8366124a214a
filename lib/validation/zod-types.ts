import * as z from 'zod';

/** Building blocks that Kibana's zod routes share. */

/** A text of at least one character that is not only blanks; it is not trimmed. */
export const nonEmptyString = z
  .string()
  .min(1)
  .refine((text) => text.trim() !== '', { error: 'No empty strings allowed' });

/** An integer in a query. */
export const queryInteger = z.coerce.number().int();
