import * as z from 'zod';
import { ElasticsearchError, validationFailed } from '../../lib/errors/errors.ts';
import { elasticsearchEndpoint } from '../../lib/http/elasticsearch-endpoint.ts';
import { checkRefresh } from '../../lib/http/middleware/elasticsearch-request.ts';
import { ok } from '../../lib/http/response.ts';
import { apiKeyProblems, parseTimeValue } from '../../lib/security/api-key-rules.ts';
import { createApiKey } from '../../lib/security/api-keys.ts';
import { roleDescriptor } from '../../lib/security/role-descriptor.ts';
import { readDescriptors } from '../../lib/security/role-parser.ts';
import { object, readFields, text } from '../../lib/validation/elasticsearch-fields.ts';

const body = z.object({
  name: z.string(),
  expiration: z.string().optional(),
  role_descriptors: z.record(z.string(), roleDescriptor.partial()).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

/** Creates an API key for the caller. The secret is in this answer and nowhere else. */
export const handler = elasticsearchEndpoint(
  {
    route: ['PUT /_security/api_key', 'POST /_security/api_key'],
    summary: 'Create an API key',
    request: { body },
    responses: {
      200: z.object({
        id: z.string(),
        name: z.string(),
        expiration: z.number().optional(),
        api_key: z.string(),
        encoded: z.string(),
      }),
    },
    parameters: ['refresh'],
    parse: ({ query, body }) => {
      const fields = readFields(body, 'create api key', {
        name: (value, field) => (value === null ? '' : text(value, field)),
        expiration: (value, field) => parseTimeValue(field, text(value, field)),
        role_descriptors: (value, field) => readDescriptors(object(value, field)),
        metadata: object,
      });
      checkRefresh(query.refresh);
      return fields;
    },
    validate: ({ name, metadata = {}, role_descriptors = {} }) => {
      const problems = apiKeyProblems(name, metadata, role_descriptors);
      if (problems.length > 0) throw validationFailed('action_request_validation_exception', problems);
    },
    action: 'cluster:admin/xpack/security/api_key/create',
  },
  async ({ parsed, principal, now }) => {
    const { name = '', metadata = {}, role_descriptors = {}, expiration } = parsed;
    const descriptors = Object.values(role_descriptors);
    const powerless = descriptors.length > 0 && descriptors.every(isEmpty);
    if (principal.apiKey !== undefined && !powerless) {
      throw new ElasticsearchError(
        400,
        'illegal_argument_exception',
        'creating derived api keys requires an explicit role descriptor that is empty (has no privileges)',
      );
    }
    const { username, full_name, email, realm } = principal;
    const creation = now.getTime();
    // The end of time, for who asks for more.
    const expires = expiration === undefined ? undefined : Math.min(creation + expiration, Number.MAX_SAFE_INTEGER);
    const limit = principal.grants.flat().map((descriptor, index) => [`role-${index}`, descriptor] as const);
    const { id, secret } = await createApiKey({
      name,
      owner: { username, full_name, email, realm: realm.name, realm_type: realm.type },
      role_descriptors,
      limited_by: Object.fromEntries(limit),
      metadata,
      creation,
      expiration: expires,
    });
    return ok({
      id,
      name,
      ...(expires !== undefined && { expiration: expires }),
      api_key: secret,
      encoded: Buffer.from(`${id}:${secret}`).toString('base64'),
    });
  },
);

function isEmpty(descriptor: z.infer<typeof roleDescriptor>): boolean {
  const { cluster, indices, applications, run_as, remote_indices = [], remote_cluster = [] } = descriptor;
  return [cluster, indices, applications, run_as, remote_indices, remote_cluster].every((list) => list.length === 0);
}
