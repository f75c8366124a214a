import { expect, it } from 'vitest';
import {
  initialOutput,
  outputOf,
  packOutput,
  type StoredOutput,
} from '../../../../lib/fleet/settings/output-record.ts';
import { storedSecret, storeSecret } from '../../../../lib/fleet/settings/secrets.ts';

const stored: StoredOutput = {
  ...initialOutput,
  fields: {
    ...initialOutput.fields,
    ssl: { key: 'PLAINKEY' },
    password: 'PLAINPASSWORD',
    service_token: 'PLAINTOKEN',
    kibana_api_key: 'PLAINAPIKEY',
  },
};

it('keeps plain secrets encrypted, and opens them again', async () => {
  const { next } = await packOutput(stored, 7);
  expect(JSON.stringify(next)).not.toContain('PLAIN');
  expect(
    Buffer.from(
      JSON.stringify(next, (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString() : value)),
    ).toString(),
  ).not.toContain('PLAIN');
  expect((await outputOf(next)).fields).toEqual(stored.fields);
});

it('does not open them in the place of another output', async () => {
  const { next } = await packOutput(stored, 7);
  await expect(outputOf({ ...next, sk: 'output#other' })).rejects.toThrow();
});

it('keeps the values of secrets encrypted', async () => {
  const [write] = await storeSecret('id', 'SECRETVALUE', 'owner');
  if (write === undefined || !('create' in write)) throw new Error('not a creation');
  const { value, owner } = storedSecret.parse(write.create);
  expect(owner).toBe('owner');
  expect(Buffer.from(value.bytes).toString()).not.toContain('SECRETVALUE');
});
