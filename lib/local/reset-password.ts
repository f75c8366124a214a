import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { NotFound } from '../errors/errors.ts';
import { hashPassword } from '../security/passwords.ts';
import { changePassword } from '../security/users.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from './credentials.ts';
import { CannotStart, messageOf, startDynamoDb } from './dynamodb.ts';

/**
 * `npm run reset-password -- <user> (--stage NAME | --data DIR)`: gives a user a new random password and prints it. With
 * `--stage` in the tables of a deployed stage, under the AWS credentials of the environment; with `--data` in the folder
 * of a local run that is not running now. `DYNAMODB_ENDPOINT` names any other store.
 */
async function resetPassword(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { stage: { type: 'string' }, data: { type: 'string' } },
  });
  const [username] = positionals;
  const { stage, data } = values;
  const where = [stage, data, process.env.DYNAMODB_ENDPOINT].filter((each) => each !== undefined);
  if (username === undefined || where.length !== 1) {
    throw new CannotStart(
      'usage: npm run reset-password -- <user> (--stage NAME | --data DIR), or DYNAMODB_ENDPOINT set',
    );
  }
  if (stage !== undefined) process.env.TABLE_PREFIX ??= `kibana-${stage}-`;
  process.env.AWS_REGION ??= LOCAL_REGION;
  const store = data === undefined ? undefined : await startDynamoDb({ dataDir: resolve(data) });
  try {
    if (store !== undefined) {
      process.env.DYNAMODB_ENDPOINT = store.endpoint;
      process.env.AWS_ACCESS_KEY_ID = LOCAL_CREDENTIALS.accessKeyId;
      process.env.AWS_SECRET_ACCESS_KEY = LOCAL_CREDENTIALS.secretAccessKey;
    }
    const password = randomBytes(15).toString('base64url');
    await changePassword(username, await hashPassword(password));
    console.log(`New password of ${username}: ${password}`);
  } finally {
    await store?.stop();
  }
}

try {
  await resetPassword();
} catch (error) {
  const clear =
    error instanceof CannotStart || error instanceof NotFound || (error instanceof Error && 'code' in error);
  process.stderr.write(`${clear ? messageOf(error) : String(error)}\n`);
  process.exitCode = 1;
}
