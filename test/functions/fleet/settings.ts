import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { createPolicy } from '../../../lib/fleet/policies.ts';
import { anonymous } from '../../../lib/security/principal.ts';
import { givenUser } from '../../support/callers.ts';
import type { CallResult, kibana } from '../../support/kibana.ts';

type Call = ReturnType<typeof kibana>['call'];

/** The core shape of a refusal. */
export function refusal(status: number, message: string) {
  const reasons: Record<number, string> = {
    400: 'Bad Request',
    403: 'Forbidden',
    404: 'Not Found',
    409: 'Conflict',
    415: 'Unsupported Media Type',
    429: 'Too Many Requests',
  };
  return { status, body: { statusCode: status, error: reasons[status], message } };
}

/** What tests compare of an answer. */
export function shown({ status, body }: CallResult) {
  return { status, body };
}

export type Callers = {
  /** Privileges that the refusal names, in its order. */
  named: string;
  /** Kibana privileges that are enough, each alone. */
  granted: string[];
  refused: string[];
  body?: unknown;
};

/** The tests of who may call an operation, and what happens without `kbn-xsrf`. */
export function checksCallers(call: Call, line: string, { named, granted, refused, body }: Callers): void {
  const options = body === undefined ? {} : { body };
  const [method, path] = line.split(' ');

  it.each(refused)(`${line} is refused to %s`, async (privilege) => {
    const as = await givenUser(`refused-${privilege}`, { kibana: [privilege] });
    const message = `API [${method} ${path}] is unauthorized for user, this action is granted by the Kibana privileges [${named}]`;
    expect(shown(await call(line, { as, ...options }))).toEqual(refusal(403, message));
  });

  it.each(granted)(`${line} is open to %s`, async (privilege) => {
    const as = await givenUser(`granted-${privilege}`, { kibana: [privilege] });
    expect((await call(line, { as, ...options })).status).not.toBe(403);
  });

  it(`${line} is refused to nobody`, async () => {
    expect((await call(line, { as: null, ...options })).status).toBe(401);
  });

  const changes = method !== 'GET';
  if (changes)
    it(`${line} demands kbn-xsrf`, async () => {
      const headers = { 'kbn-xsrf': undefined } as unknown as Record<string, string>;
      const answer = await call(line, { headers, ...options });
      expect(shown(answer)).toEqual(refusal(400, 'Request must contain a kbn-xsrf header.'));
    });

  it(`${line} checks the version header, and works in a space`, async () => {
    const { body: refused } = await call(line, { headers: { 'elastic-api-version': '2020-01-01' }, ...options });
    expect(refused.message).toMatch(/^No version "2020-01-01" available for \[/);
    const answer = await call(`${method} /s/other${path}`, options);
    expect(answer.status).not.toBe(403);
    expect(answer.headers['elastic-api-version']).toBe('2023-10-31');
  });
}

/** An agent policy that uses settings; gives its id. */
export async function givenPolicy(settings: Record<string, unknown>): Promise<string> {
  const request = { name: `policy ${randomUUID()}`, namespace: 'default', inactivity_timeout: 0, ...settings };
  const actor = {
    space: 'default',
    principal: { ...anonymous, username: 'elastic' },
    now: new Date(),
    newId: randomUUID,
  };
  return (await createPolicy(request, actor)).id;
}
