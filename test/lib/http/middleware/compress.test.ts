import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Conflict } from '../../../../lib/errors/errors.ts';
import { kibanaEndpoint } from '../../../../lib/http/endpoint.ts';
import { limits } from '../../../../lib/http/limits.ts';
import { noContent, ok, stream } from '../../../../lib/http/response.ts';
import { none } from '../../../../lib/security/privileges.ts';
import { configSchema } from '../../../../lib/validation/config-schema.ts';
import { serve } from '../serve.ts';

/** An endpoint that answers what `make` gives. */
function answering(make: () => ReturnType<typeof ok>) {
  return serve(
    kibanaEndpoint(
      {
        route: 'GET /api/things',
        summary: 'Things',
        privileges: none,
        validation: configSchema,
        responses: { 200: z.unknown() },
      },
      make,
    ),
  ).call;
}

const LAMBDA_LIMIT = 6 * 1_024 * 1_024;
const gzip = { 'accept-encoding': 'gzip' };
const ofBytes = (bytes: number) => () => ok('x'.repeat(bytes - 2));
const get = (make: () => ReturnType<typeof ok>, headers: Record<string, string> = {}) =>
  answering(make)('GET /api/things', { headers });
/** What Lambda has to carry. */
const weight = (answer: unknown) => Buffer.byteLength(JSON.stringify(answer));

async function* chunks(count: number, chunk: string | (() => string)): AsyncGenerator<string> {
  for (let index = 0; index < count; index++) yield typeof chunk === 'string' ? chunk : chunk();
}

describe('gzip', () => {
  it.each(['gzip', 'gzip, deflate, br', 'br;q=1.0, gzip;q=0.8', 'GZIP', '*', 'deflate, gzip;q=1.0, *;q=0.5'])(
    'goes to a client that accepts %s, from 1,024 bytes on',
    async (accepted) => {
      const large = await get(ofBytes(1_024), { 'accept-encoding': accepted });
      expect(large.answer).toMatchObject({
        isBase64Encoded: true,
        headers: {
          'content-encoding': 'gzip',
          vary: 'accept-encoding',
          'content-type': 'application/json; charset=utf-8',
        },
      });
      expect(large.text).toBe(JSON.stringify('x'.repeat(1_022)));

      const small = await get(ofBytes(1_023), { 'accept-encoding': accepted });
      expect(small.headers).not.toHaveProperty('content-encoding');
      expect(small.answer.body).toBe(JSON.stringify('x'.repeat(1_021)));
    },
  );

  it.each([undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip; q=0.0', 'gzipped', 'x-gzip-y', '*;q=0'])(
    'does not go to a client that accepts %s',
    async (accepted) => {
      const { answer } = await get(ofBytes(5_000), accepted === undefined ? {} : { 'accept-encoding': accepted });
      expect(answer.headers).not.toHaveProperty('content-encoding');
      expect(answer.isBase64Encoded ?? false).toBe(false);
      expect(answer.body).toBe(JSON.stringify('x'.repeat(4_998)));
    },
  );

  it('counts bytes, not characters', async () => {
    const { headers } = await get(() => ok('ä'.repeat(600)), gzip);
    expect(headers['content-encoding']).toBe('gzip');
  });

  it('reaches refusals', async () => {
    const { status, headers, json } = await get(() => {
      throw new Conflict('x'.repeat(2_000));
    }, gzip);
    expect({ status, encoding: headers['content-encoding'], vary: headers.vary }).toEqual({
      status: 409,
      encoding: 'gzip',
      vary: 'accept-encoding',
    });
    expect(json.message).toHaveLength(2_000);
  });

  it('leaves an answer without a body alone', async () => {
    const { answer } = await get(noContent, gzip);
    expect(answer).not.toHaveProperty('body');
    expect(answer.headers).not.toHaveProperty('content-encoding');
  });
});

describe('a stream', () => {
  const type = { 'content-type': 'application/ndjson' };

  it.each([
    ['as text', {}],
    ['compressed', gzip],
  ])('arrives whole %s', async (_name, headers) => {
    const answer = await get(() => stream(chunks(1_000, '{"line":"ä"}\n'), type), headers);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('{"line":"ä"}\n'.repeat(1_000));
    expect(answer.headers['content-type']).toBe('application/ndjson');
  });

  it.each([
    ['as text', {}],
    ['compressed', gzip],
  ])('may be empty %s', async (_name, headers) => {
    const { status, text } = await get(() => stream(chunks(0, ''), type), headers);
    expect({ status, text }).toEqual({ status: 200, text: '' });
  });

  it.each([
    ['as text', {}],
    ['compressed', gzip],
  ])(
    'that fails half way is an error and no cut answer %s',
    async (_name, headers) => {
      async function* failing() {
        yield 'the beginning';
        throw new Conflict('gone');
      }
      const { status, json } = await get(() => stream(failing(), type), headers);
      expect({ status, json }).toEqual({ status: 409, json: { statusCode: 409, error: 'Conflict', message: 'gone' } });
    },
    2_000,
  );

  it('carries much more than Lambda when it is compressed', async () => {
    const { status, text, answer } = await get(() => stream(chunks(2_000, 'x'.repeat(10_000)), type), gzip);
    expect({ status, length: text.length }).toEqual({ status: 200, length: 20_000_000 });
    expect(weight(answer)).toBeLessThan(LAMBDA_LIMIT);
  });
});

describe('an answer over the limit', () => {
  const refusal = {
    statusCode: 413,
    error: 'Request Entity Too Large',
    message: `The response is larger than ${limits.answerBytes} bytes. Ask for less, or accept gzip if you do not.`,
  };
  const noise = () => randomBytes(75_000).toString('base64');

  it.each<[string, () => ReturnType<typeof ok>, Record<string, string>]>([
    ['text', ofBytes(limits.answerBytes + 1), {}],
    ['text whose quotes Lambda escapes', () => ok('"'.repeat(2_000_000)), {}],
    ['text of control characters', () => stream(chunks(1, '\u0001'.repeat(1_100_000)), {}), {}],
    ['letters of several bytes', () => ok('ä'.repeat(limits.answerBytes / 2)), {}],
    ['a stream', () => stream(chunks(700, 'x'.repeat(10_000)), {}), {}],
    ['what gzip cannot make small', () => stream(chunks(80, noise), {}), gzip],
  ])('is refused: %s', async (_name, make, headers) => {
    const { status, json, headers: answered } = await get(make, headers);
    expect({ status, json }).toEqual({ status: 413, json: refusal });
    expect(answered).toHaveProperty('kbn-name');
  });

  it('is refused when it is itself the answer to an error', async () => {
    const { status, json, headers } = await get(() => {
      throw new Conflict('x'.repeat(limits.answerBytes));
    });
    expect({ status, json }).toEqual({ status: 413, json: refusal });
    expect(headers).toHaveProperty('kbn-name');
  });

  it.each<[string, () => ReturnType<typeof ok>, Record<string, string>]>([
    ['text', ofBytes(limits.answerBytes - 10), {}],
    ['text whose quotes Lambda escapes', () => ok('"'.repeat(1_500_000)), {}],
    ['what gzip cannot make small', () => stream(chunks(58, noise), {}), gzip],
  ])('just fits below it: %s', async (_name, make, headers) => {
    const { status, answer } = await get(make, headers);
    expect(status).toBe(200);
    expect(weight(answer)).toBeLessThan(LAMBDA_LIMIT);
  });

  it('ends the stream', async () => {
    let ended = false;
    async function* endless() {
      try {
        for (;;) yield 'x'.repeat(100_000);
      } finally {
        ended = true;
      }
    }
    const { status } = await get(() => stream(endless(), {}));
    expect({ status, ended }).toEqual({ status: 413, ended: true });
  });
});
