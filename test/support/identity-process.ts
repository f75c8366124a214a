/**
 * A process of its own that only proves who calls, like a warm Lambda function. Its parent sends `Authorization` headers
 * over IPC; each answer says what the caller may do and what it cost.
 */
import bcrypt from 'bcryptjs';
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
  /** Costs of the bcrypt checks that were made. */
  checks: number[];
};

const reads: string[] = [];
wrapDynamoDB((inner) => ({
  send: ((...call: Parameters<DynamoDB['send']>) => {
    reads.push(call[0].constructor.name);
    return inner.send(...call);
  }) as DynamoDB['send'],
}));

const checks: number[] = [];
const { compare } = bcrypt;
bcrypt.compare = (password: string, hash: string) => {
  checks.push(bcrypt.getRounds(hash));
  return compare(password, hash);
};

async function answer({ header, now }: Question): Promise<Omit<Verdict, 'reads' | 'checks'>> {
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
  checks.length = 0;
  const verdict = await answer(question);
  process.send?.({ ...verdict, reads: [...reads], checks: [...checks] } satisfies Verdict);
});
process.on('disconnect', () => process.exit());
