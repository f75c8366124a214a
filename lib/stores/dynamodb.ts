import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { config } from '../config.ts';

/** What the stores need of the document client. */
export type DynamoDB = Pick<DynamoDBDocumentClient, 'send'>;

const agent = { maxSockets: 64 };
let client: DynamoDB | undefined;

/**
 * The one DynamoDB client of the process, built at first use so that loading a module calls nothing. A request gives up
 * early and is retried by the SDK: a function lives 28 s, and a hung socket must not take them all.
 */
export function dynamodb(): DynamoDB {
  const { dynamodbEndpoint } = config();
  client ??= DynamoDBDocumentClient.from(
    new DynamoDBClient({
      ...endpointOf(dynamodbEndpoint),
      maxAttempts: 5,
      requestHandler: {
        // The SDK counts the wait for a free socket, too.
        connectionTimeout: timeoutMs(dynamodbEndpoint),
        requestTimeout: timeoutMs(dynamodbEndpoint),
        throwOnRequestTimeout: true,
        httpsAgent: agent,
        httpAgent: agent,
      },
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  return client;
}

/** A store on the same machine loses no request, and waits with us when the machine sleeps. */
export function timeoutMs(endpoint: string | undefined): number {
  return endpoint === undefined ? 5_000 : 60_000;
}

function endpointOf(endpoint: string | undefined): { endpoint?: string } {
  return endpoint === undefined ? {} : { endpoint };
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
