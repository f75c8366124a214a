import * as z from 'zod';
import { ElasticsearchError, NotFound, validationFailed } from '../../lib/errors/errors.ts';
import { elasticsearchEndpoint } from '../../lib/http/elasticsearch-endpoint.ts';
import { checkRefresh } from '../../lib/http/middleware/elasticsearch-request.ts';
import { ok } from '../../lib/http/response.ts';
import { nameProblem } from '../../lib/security/names.ts';
import { checkPassword, checkPasswordHash, onlyOnce } from '../../lib/security/password-rules.ts';
import { hashPassword } from '../../lib/security/passwords.ts';
import { isAnonymousUser, isInternalUser, isReservedUser, putUser } from '../../lib/security/users.ts';
import { flag, object, readFields, text, textOrNull, texts } from '../../lib/validation/elasticsearch-fields.ts';

const body = z.object({
  username: z.string().optional(),
  password: z.string().min(6).optional(),
  password_hash: z.string().optional(),
  roles: z.array(z.string()),
  full_name: z.string().nullable().optional(),
  email: z.string().nullable().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  enabled: z.boolean().default(true),
});

/** A password is required for a new user; without one an existing user's other attributes are overwritten. */
export const handler = elasticsearchEndpoint(
  {
    route: ['PUT /_security/user/{username}', 'POST /_security/user/{username}'],
    summary: 'Create or update users',
    request: { body, query: z.object({ refresh: z.enum(['true', 'false', 'wait_for']).optional() }) },
    responses: { 200: z.object({ created: z.boolean() }) },
    parameters: ['refresh'],
    parse: ({ path: { username = '' }, query, body }) => {
      const once = onlyOnce();
      const fields = readFields(body, 'add user', {
        username: (value, field) => sameName(text(value, field), username),
        password: (value, field) => once(checkPassword(text(value, field))),
        password_hash: (value, field) => once(checkPasswordHash(text(value, field))),
        roles: texts,
        full_name: textOrNull,
        email: textOrNull,
        metadata: object,
        enabled: flag,
      });
      checkRefresh(query.refresh);
      return { username, ...fields };
    },
    validate: ({ roles, metadata = {} }) => {
      const problems = [
        ...(roles === undefined ? ['roles are missing'] : []),
        ...(Object.keys(metadata).some((name) => name.startsWith('_')) ? ['metadata keys may not start with [_]'] : []),
      ];
      if (problems.length > 0) throw validationFailed('action_request_validation_exception', problems);
    },
    action: 'cluster:admin/xpack/security/user/put',
  },
  async ({ parsed }) => {
    const { username, password, password_hash, roles = [], full_name, email, metadata, enabled } = parsed;
    const problems = [userProblem(username), ...roles.map((role) => nameProblem('Role', role))];
    const found = problems.filter((problem) => problem !== undefined);
    if (found.length > 0) throw validationFailed('action_request_validation_exception', found);
    const hash = password === undefined ? password_hash : await hashPassword(password);
    try {
      const { created } = await putUser(username, {
        roles,
        full_name: full_name ?? null,
        email: email ?? null,
        metadata: metadata ?? null,
        enabled: enabled ?? true,
        ...(hash !== undefined && { password_hash: hash }),
      });
      return ok({ created });
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      const problem = 'password must be specified unless you are updating an existing user';
      throw validationFailed('validation_exception', [problem]);
    }
  },
);

function sameName(named: string, username: string): string {
  if (named === username) return named;
  throw new ElasticsearchError(
    400,
    'illegal_argument_exception',
    `[username] in source does not match the username provided [${username}]`,
  );
}

function userProblem(username: string): string | undefined {
  if (isReservedUser(username)) return `user [${username}] is reserved and only the password can be changed`;
  if (isAnonymousUser(username)) return `user [${username}] is anonymous and cannot be modified via the API`;
  if (isInternalUser(username)) return `user [${username}] is internal`;
  return nameProblem('User', username);
}
