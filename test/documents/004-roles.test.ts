import { describe, expect, it } from 'vitest';
import { basic } from '../support/callers.ts';
import { kibana } from '../support/kibana.ts';

/** The examples of the API document for the two operations on roles, as their curl lines send them. */
const { call, send } = kibana();

/** `curl --request … --header … --data …`, with credentials, which the document leaves to the reader. */
function curl(method: string, path: string, headers: Record<string, string>, data?: string) {
  return send({
    method,
    url: path,
    headers: { authorization: basic('elastic'), ...headers },
    ...(data !== undefined && { body: data }),
  });
}

const KBN_XSRF = { 'kbn-xsrf': 'true' };
const JSON_TYPE = { 'Content-Type': 'application/json' };

const EXAMPLE =
  '{"roles":{"additionalProperty1":{"description":"string","elasticsearch":{"cluster":["string"],"indices":[{"allow_restricted_indices":true,"field_security":{"additionalProperty1":["string"],"additionalProperty2":["string"]},"names":["string"],"privileges":["string"],"query":"string"}],"remote_cluster":[{"clusters":["string"],"privileges":["string"]}],"remote_indices":[{"allow_restricted_indices":true,"clusters":["string"],"field_security":{"additionalProperty1":["string"],"additionalProperty2":["string"]},"names":["string"],"privileges":["string"],"query":"string"}],"run_as":["string"]},"kibana":[{"base":[],"feature":{"additionalProperty1":["string"],"additionalProperty2":["string"]},"spaces":["*"]}],"metadata":{}},"additionalProperty2":{"description":"string","elasticsearch":{"cluster":["string"],"indices":[{"allow_restricted_indices":true,"field_security":{"additionalProperty1":["string"],"additionalProperty2":["string"]},"names":["string"],"privileges":["string"],"query":"string"}],"remote_cluster":[{"clusters":["string"],"privileges":["string"]}],"remote_indices":[{"allow_restricted_indices":true,"clusters":["string"],"field_security":{"additionalProperty1":["string"],"additionalProperty2":["string"]},"names":["string"],"privileges":["string"],"query":"string"}],"run_as":["string"]},"kibana":[{"base":[],"feature":{"additionalProperty1":["string"],"additionalProperty2":["string"]},"spaces":["*"]}],"metadata":{}}}}';

describe('DELETE /api/security/role/{name}', () => {
  it('as its curl line: «Indicates a successful call»', async () => {
    // The line's name is the placeholder itself, braces and all: a role can have that name.
    const name = encodeURIComponent('{name}');
    expect((await call(`PUT /api/security/role/${name}`, { body: {} })).status).toBe(204);
    const { status, text } = await curl('DELETE', `/api/security/role/${name}`, KBN_XSRF);
    expect({ status, text }).toEqual({ status: 204, text: '' });
  });

  it('demands the header that it lists as required', async () => {
    expect((await curl('DELETE', '/api/security/role/any', {})).status).toBe(400);
  });
});

describe('POST /api/security/roles', () => {
  it('as its curl line: placeholders are not privileges, so each role is refused inside the 200', async () => {
    const { status, body } = await curl('POST', '/api/security/roles', { ...JSON_TYPE, ...KBN_XSRF }, EXAMPLE);
    const refused = (name: string) => ({
      type: 'parse_exception',
      reason: `failed to parse indices privileges for role [${name}]. "field_security" only accepts options grant and except, but got: additionalProperty1`,
    });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        errors: {
          additionalProperty1: refused('additionalProperty1'),
          additionalProperty2: refused('additionalProperty2'),
        },
      },
    });
    expect((await call('GET /api/security/role/additionalProperty1')).status).toBe(404);
  });

  it('as its curl line, with names that exist in place of the placeholders', async () => {
    const named = EXAMPLE.replaceAll(
      '"additionalProperty1":["string"],"additionalProperty2":["string"]},"names"',
      '"grant":["string"]},"names"',
    )
      .replaceAll('"cluster":["string"]', '"cluster":["monitor"]')
      .replaceAll(
        '"remote_cluster":[{"clusters":["string"],"privileges":["string"]',
        '"remote_cluster":[{"clusters":["string"],"privileges":["monitor_enrich"]',
      )
      .replaceAll('"privileges":["string"]', '"privileges":["read"]')
      .replaceAll('"query":"string"', '"query":"{\\"match_all\\":{}}"');
    const { status, body } = await curl('POST', '/api/security/roles', { ...JSON_TYPE, ...KBN_XSRF }, named);
    expect({ status, body }).toEqual({
      status: 200,
      body: { created: ['additionalProperty1', 'additionalProperty2'] },
    });
  });

  it('demands the header that it lists as required', async () => {
    expect((await curl('POST', '/api/security/roles', JSON_TYPE, EXAMPLE)).status).toBe(400);
  });
});
