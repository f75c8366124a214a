import * as z from 'zod';
import { elasticsearchEndpoint } from '../../lib/http/elasticsearch-endpoint.ts';
import { json, ok } from '../../lib/http/response.ts';
import { allUsers, findUsers, type User } from '../../lib/security/users.ts';

const user = z.object({
  username: z.string(),
  roles: z.array(z.string()),
  full_name: z.string().nullable(),
  email: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  enabled: z.boolean(),
});

/** Users by name, the reserved ones included; names may be a list with commas. */
export const handler = elasticsearchEndpoint(
  {
    route: ['GET /_security/user', 'GET /_security/user/{username}'],
    summary: 'Get users',
    responses: { 200: z.record(z.string(), user), 404: z.strictObject({}) },
    parameters: ['with_profile_uid'],
    parse: ({ path: { username } }) => username?.split(',').filter((name) => name !== ''),
    action: 'cluster:admin/xpack/security/user/get',
  },
  async ({ parsed: names }) => {
    const users = names === undefined ? await allUsers() : await findUsers(names);
    if (users.length === 0) return json(404, {});
    return ok(Object.fromEntries(users.map((each) => [each.username, view(each)])));
  },
);

function view({ username, roles, full_name, email, metadata, enabled }: User) {
  return { username, roles, full_name, email, metadata: metadata ?? {}, enabled };
}
