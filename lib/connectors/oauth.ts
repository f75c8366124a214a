import { createSign } from 'node:crypto';
import * as z from 'zod';
import { type Outbound, sendOk } from './http.ts';
import { messageOf } from './validation.ts';

const token = z.object({ access_token: z.string().min(1), token_type: z.string().default('Bearer') });

/** Seconds for which a signed assertion can be exchanged. */
const ASSERTION_SECONDS = 3_600;

/**
 * Gets an access token by OAuth 2.0; gives the value of an `Authorization` header. The request holds secrets, so it is
 * never sent on by a redirect.
 */
export async function accessToken(tokenUrl: string, form: Record<string, string>, outbound: Outbound): Promise<string> {
  const { data } = await sendOk(
    {
      method: 'POST',
      url: tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
      body: new URLSearchParams(form).toString(),
      redirects: 'answer',
    },
    outbound,
  );
  const parsed = token.safeParse(data);
  if (!parsed.success) throw new Error(`No access token in the answer of ${new URL(tokenUrl).hostname}`);
  return `${parsed.data.token_type} ${parsed.data.access_token}`;
}

export type Assertion = {
  clientId: string;
  keyId: string;
  subject: string;
  privateKey: string;
  passphrase: string | null;
  now: Date;
};

/** A JSON Web Token signed with RS256, by which an application acts for a user. */
export function signedAssertion({ clientId, keyId, subject, privateKey, passphrase, now }: Assertion): string {
  const issued = Math.floor(now.getTime() / 1_000);
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = encode({ alg: 'RS256', typ: 'JWT', kid: keyId });
  const claims = encode({ aud: clientId, iss: clientId, sub: subject, iat: issued, exp: issued + ASSERTION_SECONDS });
  const content = `${header}.${claims}`;
  try {
    const key = { key: privateKey, ...(passphrase !== null && { passphrase }) };
    return `${content}.${createSign('RSA-SHA256').update(content).sign(key, 'base64url')}`;
  } catch (error) {
    throw new Error(`Unable to generate JWT token. Error: ${messageOf(error)}`, { cause: error });
  }
}
