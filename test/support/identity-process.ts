/**
 * A process of its own that only proves who calls, like a warm Lambda function. Its parent sends `Authorization` headers
 * over IPC; each answer says what the caller may do and what it cost.
 */
import { readCredentials } from '../../lib/security/credentials.ts';
import { AuthenticationError, authenticate } from '../../lib/security/principal.ts';
import { type DynamoDB, wrapDynamoDB } from '../../lib/stores/dynamodb.ts';

export type Question = { header: string; now: number };
export type Verdict = {
  /** Cluster privileges of the caller, or why there is none. */
  cluster: string[] | 'refused';
  roles: string[];
  /** Names of the commands that went to DynamoDB. */
  reads: string[];
  durationMs: number;
};

const reads: string[] = [];
wrapDynamoDB((inner) => ({
  send: ((...call: Parameters<DynamoDB['send']>) => {
    reads.push(call[0].constructor.name);
    return inner.send(...call);
  }) as DynamoDB['send'],
}));

async function answer({ header, now }: Question): Promise<Omit<Verdict, 'reads' | 'durationMs'>> {
  try {
    const { roles, grants } = await authenticate(readCredentials(header), new Date(now));
    return { roles, cluster: grants.flat().flatMap(({ cluster }) => cluster) };
  } catch (error) {
    if (error instanceof AuthenticationError) return { roles: [], cluster: 'refused' };
    throw error;
  }
}

process.on('message', async (question: Question) => {
  reads.length = 0;
  const started = performance.now();
  const verdict = await answer(question);
  process.send?.({ ...verdict, reads: [...reads], durationMs: performance.now() - started } satisfies Verdict);
});
process.on('disconnect', () => process.exit());
