import * as z from 'zod';
import { getPackage } from '../../lib/fleet/packages/packages.ts';
import { renderInputsTemplate } from '../../lib/fleet/packages/render-inputs-template.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { textOf } from '../../lib/http/media.ts';
import { JSON_TYPE } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { anyOf } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

const inputs = z.array(
  z.looseObject({
    id: z.unknown(),
    type: z.unknown(),
    streams: z.array(z.looseObject({ id: z.unknown(), data_stream: z.unknown() })).optional(),
  }),
);

/** Inputs of a standalone agent, made of a package with all its defaults: JSON, or YAML with comments. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/epm/templates/{pkgName}/{pkgVersion}/inputs',
    summary: 'Get an inputs template',
    privileges: anyOf('integrations-read', 'fleet-setup', 'fleet-all'),
    validation: schema.configSchema,
    request: {
      path: schema.object({ pkgName: z.string(), pkgVersion: z.string() }),
      query: schema.object({
        format: z.enum(['json', 'yml', 'yaml']).default('json'),
        prerelease: schema.boolean().optional(),
        ignoreUnverified: schema.boolean().optional(),
      }),
    },
    responses: { 200: z.union([z.object({ inputs }), textOf('text/yaml')]), 400: coreError, 404: coreError },
  },
  async ({ path: { pkgName, pkgVersion }, query: { format } }) => {
    const isJson = format === 'json';
    const text = await renderInputsTemplate(await getPackage(pkgName, pkgVersion), isJson ? 'json' : 'yaml');
    // Exactly Kibana's spelling of either type.
    const headers = { 'content-type': isJson ? JSON_TYPE : 'text/yaml;charset=utf-8' };
    return { statusCode: 200, headers, body: text };
  },
);
