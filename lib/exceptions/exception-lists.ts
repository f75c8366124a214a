import * as z from 'zod';
import { registerType } from '../stores/saved-object-types.ts';

/** Exception lists and their items that belong to no space are saved objects of one type. */
export const AGNOSTIC = 'exception-list-agnostic';

registerType(AGNOSTIC, { namespaces: 'agnostic', importableAndExportable: true });

export const osTypes = z.array(z.enum(['linux', 'macos', 'windows']));
export const meta = z.record(z.string(), z.unknown());

/** What lists and items have in common, as they are stored. */
export const exceptionDocument = z.object({
  list_id: z.string(),
  name: z.string(),
  description: z.string(),
  os_types: osTypes,
  tags: z.array(z.string()),
  meta: meta.optional(),
  tie_breaker_id: z.string(),
  created_at: z.string(),
  created_by: z.string(),
  updated_by: z.string(),
});

/** An exception list as the API answers it. */
export const exceptionList = exceptionDocument.extend({
  _version: z.string(),
  id: z.string(),
  type: z.literal('endpoint'),
  namespace_type: z.literal('agnostic'),
  immutable: z.boolean(),
  version: z.number().int().min(1),
  updated_at: z.string(),
});
export type ExceptionList = z.infer<typeof exceptionList>;
