/** What a name of a user or role has to be, in Elasticsearch's words. */
export const nameRule = (kind: 'User' | 'Role') =>
  `${kind} names must be at least 1 and no more than 507 characters. They can contain alphanumeric characters (a-z, A-Z, 0-9), spaces, punctuation, and printable symbols in the Basic Latin (ASCII) block. Leading or trailing whitespace is not allowed.`;

/** Status and body of an answer, to be compared with what `refusal` and its like give. */
export function statusAndBody({ status, body }: { status: number; body: unknown }) {
  return { status, body };
}

/** Elasticsearch's answer to a request that it refuses; `more` has another status, and what stands beside the reason. */
export function refusal(type: string, reason: string, more: { status?: number; [detail: string]: unknown } = {}) {
  const { status = 400, ...details } = more;
  const cause = { type, reason, ...details };
  return { status, body: { error: { root_cause: [cause], ...cause }, status } };
}

/** The answer to a request with several things wrong, each of them numbered. */
export function validationFailed(type: string, ...problems: string[]) {
  return refusal(type, `Validation Failed: ${problems.map((problem, index) => `${index + 1}: ${problem};`).join('')}`);
}

/** The answer to a caller who may not do what the request asks for. */
export function forbidden(action: string, who: string, privileges: string) {
  const reason = `action [cluster:admin/xpack/security/${action}] is unauthorized for ${who}, this action is granted by the cluster privileges [${privileges}]`;
  return refusal('security_exception', reason, { status: 403 });
}

const CHALLENGES = ['Basic realm="security", charset="UTF-8"', 'Bearer realm="security"', 'ApiKey'];

/** The three challenges as they go out; the gateway carries one value per header. */
export const WWW_AUTHENTICATE = CHALLENGES.join(', ');

/** The answer to a caller who is nobody. */
export function unauthorized(reason: string, details: Record<string, unknown> = {}) {
  const header = { 'WWW-Authenticate': CHALLENGES };
  return refusal('security_exception', reason, { status: 401, ...details, header });
}
