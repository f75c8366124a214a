import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import { expect, it } from 'vitest';
import { dynamodb, timeoutMs, wrapDynamoDB } from '../../../lib/stores/dynamodb.ts';
import { read } from '../../../lib/stores/read.ts';
import { ownTables } from './store.ts';

ownTables();

const { config } = dynamodb() as DynamoDBDocumentClient;

it('is built once', () => {
  expect(dynamodb()).toBe(dynamodb());
});

it('gives a wrapper the client beneath it, and takes it off again', () => {
  const bare = dynamodb();
  const wrapper = { send: bare.send };
  let inner: unknown;
  const takeOff = wrapDynamoDB((beneath) => {
    inner = beneath;
    return wrapper;
  });
  expect(inner).toBe(bare);
  expect(dynamodb()).toBe(wrapper);
  takeOff();
  expect(dynamodb()).toBe(bare);
});

// The SDK only logs a warning when `requestTimeout` is over, unless it is told to throw.
it('ends a request that hangs, early enough to try again within the life of a function', async () => {
  // The handler knows its options once it has sent something.
  await read('Documents', { pk: 'a', sk: 'a' });
  const { requestTimeout, throwOnRequestTimeout } = (config.requestHandler as NodeHttpHandler).httpHandlerConfigs();
  expect(throwOnRequestTimeout).toBe(true);
  expect(requestTimeout).toBe(timeoutMs('http://localhost'));
  expect(timeoutMs(undefined) * (await config.maxAttempts())).toBeLessThan(28_000);
});
