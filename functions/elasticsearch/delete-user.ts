import * as z from 'zod';
import { ElasticsearchError } from '../../lib/errors/errors.ts';
import { elasticsearchEndpoint } from '../../lib/http/elasticsearch-endpoint.ts';
import { checkRefresh } from '../../lib/http/middleware/elasticsearch-request.ts';
import { json, ok } from '../../lib/http/response.ts';
import { deleteUser, isAnonymousUser, isReservedUser } from '../../lib/security/users.ts';

/** Deletes a user. API keys that the user made live on. */
export const handler = elasticsearchEndpoint(
  {
    route: 'DELETE /_security/user/{username}',
    summary: 'Delete users',
    responses: { 200: z.object({ found: z.boolean() }), 404: z.object({ found: z.boolean() }) },
    parameters: ['refresh'],
    parse: ({ path: { username = '' }, query }) => {
      checkRefresh(query.refresh);
      return username;
    },
    action: 'cluster:admin/xpack/security/user/delete',
  },
  async ({ parsed: username }) => {
    const kind = isReservedUser(username) ? 'reserved' : isAnonymousUser(username) ? 'anonymous' : undefined;
    if (kind !== undefined) {
      const reason = `user [${username}] is ${kind} and cannot be deleted`;
      throw new ElasticsearchError(400, 'illegal_argument_exception', reason);
    }
    return (await deleteUser(username)) ? ok({ found: true }) : json(404, { found: false });
  },
);
