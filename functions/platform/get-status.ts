import * as z from 'zod';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { KIBANA_VERSION } from '../../lib/http/version.ts';
import { anonymous } from '../../lib/security/principal.ts';
import { none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

const level = { level: 'available' };
const overall = { ...level, summary: 'All services and plugins are available' };
const redacted = { status: { overall: level } };

/** Whether the service answers; who is somebody also learns its version. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/status',
    summary: "Get Kibana's current status",
    authentication: 'optional',
    privileges: none,
    versioning: 'unversioned',
    validation: schema.configSchema,
    request: {
      query: schema
        .object({ v7format: schema.boolean().optional(), v8format: schema.boolean().optional() })
        .refine(({ v7format, v8format }) => v7format === undefined || v8format === undefined, {
          error: 'provide only one format option: v7format or v8format',
        }),
    },
    responses: {
      200: z.object({
        name: z.string().optional(),
        uuid: z.string().optional(),
        version: z.record(z.string(), z.unknown()).optional(),
        status: z.object({ overall: z.object({ level: z.string(), summary: z.string().optional() }) }).loose(),
        metrics: z.record(z.string(), z.unknown()).optional(),
      }),
    },
  },
  ({ principal, now }) => {
    if (principal === anonymous) return ok(redacted);
    const { heapTotal, heapUsed, rss } = process.memoryUsage();
    return ok({
      name: 'kibana',
      uuid: '5b2de169-2785-441b-ae8c-186a1936b17d',
      version: {
        number: KIBANA_VERSION,
        build_hash: 'serverless',
        build_number: 1,
        build_snapshot: false,
        build_flavor: 'traditional',
        build_date: '2025-07-29T00:00:00.000Z',
      },
      status: {
        overall,
        core: {
          elasticsearch: {
            ...level,
            summary: 'Elasticsearch is available',
            meta: { warningNodes: [], incompatibleNodes: [] },
          },
          savedObjects: {
            ...level,
            summary: 'SavedObjects service has completed migrations and is available',
            meta: { migratedIndices: { migrated: 0, skipped: 0, patched: 0 } },
          },
        },
        plugins: {},
      },
      metrics: {
        last_updated: now.toISOString(),
        collection_interval_in_millis: 5_000,
        process: {
          memory: {
            heap: { total_in_bytes: heapTotal, used_in_bytes: heapUsed },
            resident_set_size_in_bytes: rss,
          },
          uptime_in_millis: Math.round(process.uptime() * 1_000),
        },
      },
    });
  },
);
