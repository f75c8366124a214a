import * as z from 'zod';
import { elasticsearchEndpoint } from '../../lib/http/elasticsearch-endpoint.ts';
import { ok } from '../../lib/http/response.ts';

const realm = z.object({ name: z.string(), type: z.string() });

/** Who the caller is. */
export const handler = elasticsearchEndpoint(
  {
    route: 'GET /_security/_authenticate',
    summary: 'Authenticate a user',
    responses: {
      200: z.object({
        username: z.string(),
        roles: z.array(z.string()),
        full_name: z.string().nullable(),
        email: z.string().nullable(),
        metadata: z.record(z.string(), z.unknown()),
        enabled: z.boolean(),
        authentication_realm: realm,
        lookup_realm: realm,
        authentication_type: z.enum(['realm', 'api_key']),
        api_key: z.object({ id: z.string(), name: z.string(), managed_by: z.string() }).optional(),
      }),
    },
    parse: () => undefined,
    action: 'anyone',
  },
  ({ principal: { username, roles, full_name, email, metadata, realm, apiKey } }) =>
    ok({
      username,
      roles,
      full_name,
      email,
      metadata,
      enabled: true,
      authentication_realm: realm,
      lookup_realm: realm,
      authentication_type: apiKey === undefined ? 'realm' : 'api_key',
      ...(apiKey && { api_key: { ...apiKey, managed_by: 'elasticsearch' } }),
    }),
);
