import * as z from 'zod';
import { elasticsearchEndpoint } from '../../lib/http/elasticsearch-endpoint.ts';
import { parameterFlag } from '../../lib/http/middleware/elasticsearch-request.ts';
import { json, ok } from '../../lib/http/response.ts';
import { profileUid, realmOf } from '../../lib/security/principal.ts';
import { allUsers, findUsers, type User } from '../../lib/security/users.ts';

const user = z.object({
  username: z.string(),
  roles: z.array(z.string()),
  full_name: z.string().nullable(),
  email: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  enabled: z.boolean(),
  profile_uid: z.string().optional(),
});

/** Users by name, the reserved ones included; names may be a list with commas. */
export const handler = elasticsearchEndpoint(
  {
    route: ['GET /_security/user', 'GET /_security/user/{username}'],
    summary: 'Get users',
    responses: { 200: z.record(z.string(), user), 404: z.strictObject({}) },
    parameters: ['with_profile_uid'],
    request: { query: z.object({ with_profile_uid: z.boolean().optional() }) },
    parse: ({ path: { username }, query: { with_profile_uid } }) => ({
      names: username?.split(',').filter((name) => name !== ''),
      withProfileUid: parameterFlag(with_profile_uid),
    }),
    action: 'cluster:admin/xpack/security/user/get',
  },
  async ({ parsed: { names, withProfileUid } }) => {
    const users = names === undefined ? await allUsers() : await findUsers(names);
    if (users.length === 0) return json(404, {});
    return ok(Object.fromEntries(users.map((each) => [each.username, view(each, withProfileUid)])));
  },
);

function view(user: User, withProfileUid: boolean) {
  const { username, roles, full_name, email, metadata, enabled } = user;
  return {
    username,
    roles,
    full_name,
    email,
    metadata: metadata ?? {},
    enabled,
    ...(withProfileUid && { profile_uid: profileUid({ username, realm: realmOf(user), apiKey: undefined }) }),
  };
}
