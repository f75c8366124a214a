import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { ParsedBody } from '../../../../lib/http/body.ts';
import { kibanaEndpoint } from '../../../../lib/http/endpoint.ts';
import type { ParseBodyOptions } from '../../../../lib/http/middleware/parse-body.ts';
import { parseMultipart } from '../../../../lib/http/multipart.ts';
import { ok } from '../../../../lib/http/response.ts';
import { none } from '../../../../lib/security/privileges.ts';
import * as schema from '../../../../lib/validation/config-schema.ts';
import { endsSoon } from '../../../support/soon.ts';
import { coreText, serve } from '../serve.ts';

/** What the last request's body was read as. */
let read: ParsedBody | undefined;
beforeEach(() => {
  read = undefined;
});

function reader(body?: ParseBodyOptions) {
  return serve(
    kibanaEndpoint(
      {
        route: ['GET /api/things', 'POST /api/things', 'DELETE /api/things'],
        summary: 'Reads a body',
        privileges: none,
        validation: schema.configSchema,
        ...(body && { body }),
        responses: { 200: z.unknown() },
      },
      ({ payload }) => {
        read = payload;
        return ok({});
      },
    ),
  ).call;
}
const json = reader();
const raw = reader({ raw: ['application/zip'], maxBytes: 100_000_000 });
const upload = reader({ multipart: parseMultipart, maxBytes: 4_000_000 });
const patient = reader({ maxBytes: 100_000_000 });

const post = (call: typeof json, body: string | Buffer | undefined, type?: string, encoding?: string) =>
  call('POST /api/things', {
    body,
    headers: { 'content-type': type, ...(encoding !== undefined && { 'content-encoding': encoding }) },
  });
const JSON_TYPE = 'application/json';
const THING = '{"a":"ä"}';
const asJson = { kind: 'json', value: { a: 'ä' } };

describe('a body by its media type', () => {
  it.each<[string, string | undefined, string, ParsedBody]>([
    ['JSON', JSON_TYPE, THING, { kind: 'json', value: { a: 'ä' } }],
    ['JSON with a charset', 'application/json; charset=utf-8', THING, { kind: 'json', value: { a: 'ä' } }],
    ['JSON in capitals', 'Application/JSON', THING, { kind: 'json', value: { a: 'ä' } }],
    ['a kind of JSON, base64', 'application/vnd.elasticsearch+json;compatible-with=9', THING, asJson as ParsedBody],
    ['no media type, base64', undefined, THING, asJson as ParsedBody],
    ['an empty media type', '', THING, asJson as ParsedBody],
    ['JSON that is no object', JSON_TYPE, '"text"', { kind: 'json', value: 'text' }],
    ['JSON null', JSON_TYPE, 'null', { kind: 'json', value: null }],
    ['text', 'text/plain', THING, { kind: 'json', value: THING }],
    ['text of another kind', 'text/csv; charset=utf-8', 'ä,b', { kind: 'json', value: 'ä,b' }],
    ['a form', 'application/x-www-form-urlencoded', 'a=%C3%A4&b=1+2', { kind: 'json', value: { a: 'ä', b: '1 2' } }],
    [
      'a form with a repeated key',
      'application/x-www-form-urlencoded',
      'a=1&a=2&a=3',
      { kind: 'json', value: { a: ['1', '2', '3'] } },
    ],
    [
      'bytes',
      'application/octet-stream',
      'ä',
      { kind: 'bytes', bytes: Buffer.from('ä'), contentType: 'application/octet-stream' },
    ],
    ['nothing', JSON_TYPE, '', { kind: 'none' }],
    ['nothing without a type', undefined, '', { kind: 'none' }],
    ['no bytes', 'application/octet-stream', '', { kind: 'none' }],
    ['a form of nothing', 'application/x-www-form-urlencoded', '', { kind: 'json', value: {} }],
    ['text of nothing', 'text/plain', '', { kind: 'json', value: '' }],
  ])('%s', async (_name, type, body, expected) => {
    expect((await post(json, body, type)).status).toBe(200);
    expect(read).toEqual(expected);
  });

  it('is read soon when a form repeats one key very often', async () => {
    const { status } = await endsSoon(() => post(json, 'a&'.repeat(60_000), 'application/x-www-form-urlencoded'));
    expect(status).toBe(200);
    expect(read).toEqual({ kind: 'json', value: { a: Array(60_000).fill('') } });
  });

  it('is none when the client sends none', async () => {
    expect((await json('POST /api/things')).status).toBe(200);
    expect(read).toEqual({ kind: 'none' });
  });

  it('is read for DELETE, too', async () => {
    await json('DELETE /api/things', { body: { a: 'ä' } });
    expect(read).toEqual(asJson);
  });

  it.each([
    ['malformed', '{'],
    ['huge', 'x'.repeat(2_000_000)],
  ])('is not even looked at for GET when it is %s', async (_name, body) => {
    expect((await json('GET /api/things', { body })).status).toBe(200);
    expect(read).toEqual({ kind: 'none' });
  });

  it.each([
    'application/zip',
    'application/x-ndjson',
    'application/xml',
    'image/png',
    'multipart/form-data; boundary=x',
    'json',
    'application/jsonp',
    'application/+json',
  ])('is refused as %s', async (type) => {
    for (const body of [THING, '', undefined]) {
      const { status, text } = await post(json, body, type);
      expect({ status, text }).toEqual({
        status: 415,
        text: coreText(415, 'Unsupported Media Type', 'Unsupported Media Type'),
      });
    }
  });
});

describe('JSON', () => {
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

  it.each([
    ['500 levels of arrays', nested(500)],
    ['500 levels of objects', deep(500)],
    ['a key that only looks bad', '{"proto":{},"constructor":{"prototype":{}}}'],
    ['__proto__ as a value', '{"a":"__proto__"}'],
  ])('with %s is read', async (_name, body) => {
    expect((await post(json, body, JSON_TYPE)).status).toBe(200);
    expect(read).toEqual({ kind: 'json', value: JSON.parse(body) });
  });

  it.each([
    ['a missing brace', '{"a":1'],
    ['blanks only', '  '],
    ['single quotes', "{'a':1}"],
    ['a trailing comma', '{"a":1,}'],
    ['two values', '{}{}'],
    ['501 levels of arrays', nested(501)],
    ['501 levels of objects', deep(501)],
    ['100,000 levels', nested(100_000)],
    ['a __proto__ key', '{"__proto__":{"isAdmin":true}}'],
    ['an escaped __proto__ key', '{"\\u005f_proto__":1}'],
    ['a __proto__ key far inside', '{"a":[{"b":{"__proto__":null}}]}'],
  ])('with %s is refused as malformed', async (_name, body) => {
    const { status, text } = await post(json, body, JSON_TYPE);
    expect({ status, text }).toEqual({
      status: 400,
      text: coreText(400, 'Bad Request', 'Invalid request payload JSON format'),
    });
    expect(Object.prototype).not.toHaveProperty('isAdmin');
  });
});

describe('JSON as text inside another value', () => {
  const { call } = serve(
    kibanaEndpoint(
      {
        route: 'POST /api/things',
        summary: 'Reads an object',
        privileges: none,
        validation: schema.configSchema,
        request: { body: schema.object({ a: z.unknown() }) },
        responses: { 200: z.unknown() },
      },
      ({ body }) => ok(body),
    ),
  );

  it('is read where an object is expected', async () => {
    const { status, json: answered } = await post(call, '{"a":[1]}', 'text/plain');
    expect({ status, answered }).toEqual({ status: 200, answered: { a: [1] } });
  });

  it.each([
    ['10,000 levels', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['a __proto__ key', '{"a":{"__proto__":{}}}'],
  ])('is refused with %s, like a JSON body', async (_name, body) => {
    const { status } = await post(call, body, 'text/plain');
    expect(status).toBe(400);
  });
});

const tooLarge = (limit: number) =>
  coreText(413, 'Request Entity Too Large', `Payload content length greater than maximum allowed: ${limit}`);
/** JSON text of exactly so many bytes. */
const ofBytes = (bytes: number) => `"${'x'.repeat(bytes - 2)}"`;

describe('a body by its size', () => {
  it.each<[string, typeof json, number, string]>([
    ['1 MiB of JSON', json, 1_048_576, JSON_TYPE],
    ['1 MiB that arrives as base64', json, 1_048_576, 'application/octet-stream'],
    ['what Lambda takes', raw, 4_500_000, 'application/zip'],
  ])('%s passes, one byte more does not', async (_name, call, limit, type) => {
    expect((await post(call, ofBytes(limit), type)).status).toBe(200);
    const { status, text } = await post(call, ofBytes(limit + 1), type);
    expect({ status, text }).toEqual({ status: 413, text: tooLarge(limit) });
  });

  it('counts bytes, not characters', async () => {
    expect((await post(json, `"${'ä'.repeat(600_000)}"`, JSON_TYPE)).status).toBe(413);
  });
});

describe('a compressed body', () => {
  it.each([
    ['gzip', gzipSync(THING), 'gzip'],
    ['GZIP', gzipSync(THING), ' GZIP '],
    ['deflate', deflateSync(THING), 'deflate'],
    ['identity', Buffer.from(THING), 'identity'],
    ['no named encoding', Buffer.from(THING), ''],
  ])('of %s is read', async (_name, body, encoding) => {
    // Bytes cannot travel as text: a client that compresses JSON is base64 to the gateway only without the JSON type.
    expect((await post(json, body, undefined, encoding)).status).toBe(200);
    expect(read).toEqual(asJson);
  });

  it.each(['gzip', 'deflate'])('of %s that the gateway has decompressed is read', async (encoding) => {
    expect((await post(json, THING, JSON_TYPE, encoding)).status).toBe(200);
    expect(read).toEqual(asJson);
  });

  it.each([
    ['1 MiB', json, 1_048_576],
    ['what Lambda takes', patient, 4_500_000],
  ])('may be %s after decompression, and no more', async (_name, call, limit) => {
    expect((await post(call, gzipSync(ofBytes(limit)), undefined, 'gzip')).status).toBe(200);
    const { status, text } = await post(call, gzipSync(ofBytes(limit + 1)), undefined, 'gzip');
    expect({ status, text }).toEqual({ status: 413, text: tooLarge(limit) });
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(200_000_000)), 'gzip'],
    ['deflate', deflateSync(Buffer.alloc(200_000_000)), 'deflate'],
  ])('that is a bomb of %s is refused before it is inflated', async (_name, body, encoding) => {
    const before = process.memoryUsage().arrayBuffers;
    const { status } = await post(json, body, undefined, encoding);
    expect(status).toBe(413);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });

  it.each([
    ['no gzip', Buffer.from(THING), 400, 'Bad Request', 'Invalid compressed payload'],
    ['cut', gzipSync(THING).subarray(0, -9), 400, 'Bad Request', 'Invalid compressed payload'],
  ])('that is %s is a 400', async (_name, body, status, error, message) => {
    const answer = await post(json, body, undefined, 'gzip');
    expect({ status: answer.status, text: answer.text }).toEqual({ status, text: coreText(status, error, message) });
  });

  it('of another encoding is a 415', async () => {
    const { status, text } = await post(json, brotliCompressSync(THING), undefined, 'br');
    expect({ status, text }).toEqual({
      status: 415,
      text: coreText(415, 'Unsupported Media Type', 'Unsupported Media Type'),
    });
  });
});

describe('bytes, whatever their type', () => {
  it.each(['application/zip', 'application/json', 'text/plain', undefined])('%s', async (type) => {
    const bytes = Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0x00]);
    // Text types lose bytes in the gateway, so only ASCII can be compared for them.
    const sent = type === undefined || type === 'application/zip' ? bytes : Buffer.from('{not json');
    expect((await post(raw, sent, type)).status).toBe(200);
    expect(read).toEqual({ kind: 'bytes', bytes: sent, contentType: type });
  });
});

describe('multipart', () => {
  const BOUNDARY = 'frontier';
  const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
  const part = (disposition: string, content: string | Buffer) =>
    Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n`),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]);
  const form = (...parts: Buffer[]) => Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);

  it('keeps files and fields, in their order and byte for byte', async () => {
    const content = Buffer.from([0, 0xff, 0x0d, 0x0a, 0x2d, 0x2d]);
    const body = form(part('name="file"; filename="a.bin"', content), part('name="note"', 'ä'));
    expect((await post(upload, body, TYPE)).status).toBe(200);
    expect(read).toEqual({
      kind: 'multipart',
      parts: [
        { field: 'file', filename: 'a.bin', content },
        { field: 'note', filename: undefined, content: Buffer.from('ä') },
      ],
    });
  });

  it.each([
    ['a file', 'name="file"; filename="a.txt"'],
    ['a field without a file name', 'name="file"'],
  ])('never cuts %s of 2 MB', async (_name, disposition) => {
    const content = Buffer.alloc(2_000_000, 'x');
    expect((await post(upload, form(part(disposition, content)), TYPE)).status).toBe(200);
    const sizes = read?.kind === 'multipart' ? read.parts.map((each) => each.content.length) : [];
    expect(sizes).toEqual([content.length]);
  });

  it('is refused with more parts than are read, instead of losing some', async () => {
    const parts = Array.from({ length: 101 }, (_, index) => part(`name="f${index}"`, 'x'));
    expect((await post(upload, form(...parts), TYPE)).status).toBe(400);
  });

  it('may have no parts', async () => {
    expect((await post(upload, form(), TYPE)).status).toBe(200);
    expect(read).toEqual({ kind: 'multipart', parts: [] });
  });

  it.each([
    ['no multipart', Buffer.from('nothing of the kind'), TYPE],
    ['cut', part('name="file"; filename="a"', 'abc'), TYPE],
    ['without a boundary', form(part('name="a"', 'b')), 'multipart/form-data'],
  ])('that is %s is a 400', async (_name, body, type) => {
    const { status, json: answered } = await post(upload, body, type);
    expect({ status, error: answered.error }).toEqual({ status: 400, error: 'Bad Request' });
  });

  it.each([JSON_TYPE, 'text/plain', undefined, 'multipart/mixed; boundary=frontier'])(
    'is demanded: %s is a 415',
    async (type) => {
      expect((await post(upload, '{}', type)).status).toBe(415);
    },
  );

  it('keeps its own limit', async () => {
    const body = form(part('name="file"; filename="a"', Buffer.alloc(4_000_001)));
    const { status, text } = await post(upload, body, TYPE);
    expect({ status, text }).toEqual({ status: 413, text: tooLarge(4_000_000) });
  });
});
