import * as z from 'zod';
import { durationOf } from './durations.ts';

/** What engines work by where nobody said otherwise: the values of Kibana 9.4. */
export const defaultLogExtraction = {
  delay: '1m',
  timeout: '25s',
  frequency: '1m',
  lookbackPeriod: '3h',
  fieldHistoryLength: 10,
  maxLogsPerPage: 40_000,
  maxTimeWindowSize: '15m',
  maxLogsPerWindow: 500_000,
  maxLogsPerWindowCapBehavior: 'defer',
} as const;

const SHORTEST_FREQUENCY_MS = 30_000;
const SHORTEST_SNAPSHOT_FREQUENCY_MS = 3_600_000;

const duration = z.string().regex(/[smdh]$/);
/** What Elasticsearch refuses in a pattern of index names, and blanks. */
const indexPattern = z.string().regex(/^[^\s\\/?"<>|]+$/, {
  error: 'must be a non-empty, valid index pattern (no spaces or illegal characters)',
});

/** Each setting for itself: what several installations say together need not hold together. */
export const logExtractionFields = z.strictObject({
  filter: z.string().optional(),
  fieldHistoryLength: z.number().int().optional(),
  additionalIndexPatterns: z.array(indexPattern).optional(),
  excludedIndexPatterns: z.array(indexPattern).optional(),
  lookbackPeriod: duration.optional(),
  frequency: duration
    .refine((text) => isAtLeast(text, SHORTEST_FREQUENCY_MS), {
      error: 'must be a valid duration of at least 30 seconds (e.g. 1m, 30s)',
    })
    .optional(),
  delay: duration.optional(),
  docsLimit: z.number().int().min(1).optional(),
  maxLogsPerPage: z.number().int().min(1).optional(),
  maxTimeWindowSize: duration.optional(),
  maxLogsPerWindow: z.number().int().min(0).optional(),
  maxLogsPerWindowCapBehavior: z.enum(['defer', 'drop']).optional(),
});

/** How engines read logs, as far as an installation may say. */
export const logExtraction = logExtractionFields.refine(isDelayInside, {
  path: ['delay'],
  error: 'must be less than lookbackPeriod',
});
export type LogExtraction = z.output<typeof logExtraction>;

/** How often entities are copied to the history. */
export const historySnapshot = z.strictObject({
  frequency: duration
    .refine((text) => isAtLeast(text, SHORTEST_SNAPSHOT_FREQUENCY_MS), {
      error: 'must be a valid duration of at least 1 hour (e.g. 1h, 24h)',
    })
    .optional(),
});

function isAtLeast(text: string, milliseconds: number): boolean {
  return (durationOf(text) ?? 0) >= milliseconds;
}

function isDelayInside({ delay, lookbackPeriod }: { delay?: string | undefined; lookbackPeriod?: string | undefined }) {
  if (delay === undefined && lookbackPeriod === undefined) return true;
  const delayed = durationOf(delay ?? defaultLogExtraction.delay) ?? 0;
  const lookedBack = durationOf(lookbackPeriod ?? defaultLogExtraction.lookbackPeriod);
  return lookedBack === undefined || delayed < lookedBack;
}
