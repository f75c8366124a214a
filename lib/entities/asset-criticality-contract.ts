import * as z from 'zod';
import { queryInteger } from '../validation/zod-types.ts';
import { criticalityLevels } from './entity-fields.ts';

const documented = ['host.name', 'user.name', 'service.name', 'related.entity'] as const;
/** Fields that can identify an asset. `entity.id` came later; refusals name the four that were there before. */
export const idFields = [...documented, 'entity.id'] as const;
export type IdField = (typeof idFields)[number];

const idField = z.preprocess((value, context) => {
  if (idFields.some((name) => name === value)) return value;
  context.issues.push({ code: 'invalid_value', values: [...documented], input: value, continue: false });
  return z.NEVER;
}, z.enum(idFields));

/** What names one asset. */
export const assetId = { id_value: z.string(), id_field: idField };
export const level = z.enum(criticalityLevels);
/** Accepted for compatibility: what an operation changes is always seen by the next one. */
export const refresh = z.literal('wait_for').optional();

const rated = z.object({ criticality: level });
const named = z.object({ name: z.string(), asset: rated });

/** A criticality record as the API answers it. */
export const criticalityRecord = z.strictObject({
  id_field: z.enum(idFields),
  id_value: z.string(),
  criticality_level: level,
  '@timestamp': z.string(),
  asset: rated,
  host: named.optional(),
  user: named.optional(),
  service: named.optional(),
  entity: z.object({ id: z.string(), asset: rated }).optional(),
});

export const listQuery = z.object({
  sort_field: z
    .enum(['id_value', 'id_field', 'criticality_level', '@timestamp'])
    .optional()
    .meta({ description: 'Without it records are sorted by `@timestamp`, ascending, whatever `sort_direction` says.' }),
  sort_direction: z.enum(['asc', 'desc']).default('asc'),
  page: queryInteger.min(1).default(1),
  per_page: queryInteger.min(1).max(1_000).default(10),
  kuery: z.string().optional(),
});
export type ListQuery = z.output<typeof listQuery>;
