import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { useConfig } from '../../../lib/config.ts';
import { encryptionKeys } from '../../../lib/stores/encryption-keys.ts';

/** What stands in the parameter; undefined: the service fails. */
let value: string | undefined;
const asked: unknown[] = [];
const service = createServer(async (request, response) => {
  asked.push([request.headers['x-amz-target'], await json(request)]);
  response.writeHead(value === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(value === undefined ? { __type: 'ParameterNotFound' } : { Parameter: { Value: value } }));
});

beforeAll(async () => {
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  process.env.AWS_ENDPOINT_URL_SSM = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  useConfig({ ENCRYPTION_KEYS_PARAMETER: '/kibana/dev/encryption-keys' });
});
afterAll(() => void service.close());

const holds = (primary: string, ...former: string[]) => {
  value = JSON.stringify({ primaryKey: primary.repeat(32), decryptionOnlyKeys: former.map((key) => key.repeat(32)) });
};
const fingerprints = async (options?: { fresh: boolean }) => {
  const { primary, decryptionOnly } = await encryptionKeys(options);
  return [primary, ...decryptionOnly].map(({ fingerprint }) => fingerprint);
};

it('reads the parameter at first use, and again when it may have changed', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

  value = undefined;
  await expect(encryptionKeys()).rejects.toThrow();
  asked.length = 0;
  holds('a');
  const [a] = await fingerprints();
  expect(asked).toEqual([['AmazonSSM.GetParameter', { Name: '/kibana/dev/encryption-keys', WithDecryption: true }]]);
  await encryptionKeys();
  expect(asked).toHaveLength(1);

  // A key that is unknown is looked for, but not at every secret.
  holds('b', 'a');
  later(4_999);
  expect(await fingerprints({ fresh: true })).toEqual([a]);
  later(1);
  const [b, ...former] = await fingerprints({ fresh: true });
  expect([b === a, former]).toEqual([false, [a]]);

  // Within a minute nobody uses an old primary key any more.
  holds('c', 'b', 'a');
  later(59_999);
  expect((await fingerprints())[0]).toBe(b);
  later(1);
  const [c, ...others] = await fingerprints();
  expect([c === b, others]).toEqual([false, [b, a]]);

  // A service that fails leaves the keys from before.
  value = undefined;
  later(60_000);
  expect((await fingerprints())[0]).toBe(c);
  expect((await fingerprints())[0]).toBe(c);
});
