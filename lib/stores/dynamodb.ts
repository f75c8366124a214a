import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { config } from '../config.ts';

/** What the stores need of the document client. */
export type DynamoDB = Pick<DynamoDBDocumentClient, 'send'>;

/** A request gives up early and is retried by the SDK: a function lives 28 s, and a hung socket must not take them all. */
const ON_AWS = {
  connectionTimeout: 1_000,
  requestTimeout: 5_000,
  throwOnRequestTimeout: true,
  httpsAgent: { maxSockets: 64 },
};

/** The local store shares a machine with all else that runs there. The wait for a free socket counts as connecting, too. */
const LOCALLY = {
  connectionTimeout: 20_000,
  requestTimeout: 20_000,
  throwOnRequestTimeout: true,
  httpAgent: { maxSockets: 64 },
};

let client: DynamoDB | undefined;

/** The one DynamoDB client of the process, built at first use so that loading a module calls nothing. */
export function dynamodb(): DynamoDB {
  const endpoint = config().dynamodbEndpoint;
  client ??= DynamoDBDocumentClient.from(
    new DynamoDBClient({
      maxAttempts: 5,
      ...(endpoint === undefined ? { requestHandler: ON_AWS } : { endpoint, requestHandler: LOCALLY }),
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  return client;
}

/**
 * Puts a wrapper around the client and returns a function that takes it off again. What the local emulator cannot show
 * (conflicts, throttling, lost answers) is injected here.
 */
export function wrapDynamoDB(wrap: (inner: DynamoDB) => DynamoDB): () => void {
  const inner = dynamodb();
  client = wrap(inner);
  return () => {
    client = inner;
  };
}
