import * as z from 'zod';
import { ElasticsearchError, NotFound, validationFailed } from '../../lib/errors/errors.ts';
import { elasticsearchEndpoint } from '../../lib/http/elasticsearch-endpoint.ts';
import { checkRefresh } from '../../lib/http/middleware/elasticsearch-request.ts';
import { ok } from '../../lib/http/response.ts';
import { elasticsearch } from '../../lib/http/styles/elasticsearch.ts';
import { requireClusterAction } from '../../lib/security/cluster-privileges.ts';
import { checkPassword, checkPasswordHash, onlyOnce } from '../../lib/security/password-rules.ts';
import { hashPassword } from '../../lib/security/passwords.ts';
import { changePassword, isAnonymousUser } from '../../lib/security/users.ts';
import { readFields, text } from '../../lib/validation/elasticsearch-fields.ts';

const body = z.object({ password: z.string().min(6).optional(), password_hash: z.string().optional() });

/** Changes a password: of the named user, or without a name the caller's own. */
export const handler = elasticsearchEndpoint(
  {
    route: [
      'PUT /_security/user/{username}/_password',
      'POST /_security/user/{username}/_password',
      'PUT /_security/user/_password',
      'POST /_security/user/_password',
    ],
    summary: 'Change passwords',
    request: { body },
    responses: { 200: z.strictObject({}), 403: elasticsearch.schema },
    parameters: ['refresh'],
    parse: ({ path: { username }, query, body }) => {
      const once = onlyOnce();
      const fields = readFields(body, 'change password', {
        password: (value, field) => once(checkPassword(text(value, field))),
        password_hash: (value, field) => once(checkPasswordHash(text(value, field))),
      });
      checkRefresh(query.refresh);
      return { username, ...fields };
    },
    validate: ({ password, password_hash }) => {
      if (password === undefined && password_hash === undefined) {
        throw validationFailed('action_request_validation_exception', ['password is missing']);
      }
    },
    action: ({ parsed: { username }, principal }) => {
      // Everybody may change the own password, but not by an API key: it would outlive its own limits.
      if (principal.apiKey === undefined && (username ?? principal.username) === principal.username) return;
      requireClusterAction(principal, 'cluster:admin/xpack/security/user/change_password');
    },
  },
  async ({ parsed, principal }) => {
    const { username = principal.username, password, password_hash } = parsed;
    if (isAnonymousUser(username)) {
      const reason = `user [${username}] is anonymous and cannot be modified via the API`;
      throw new ElasticsearchError(400, 'illegal_argument_exception', reason);
    }
    try {
      await changePassword(username, password_hash ?? (await hashPassword(password ?? '')));
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      throw validationFailed('validation_exception', ['user must exist in order to change password']);
    }
    return ok({});
  },
);
