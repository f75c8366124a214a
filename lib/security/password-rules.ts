import { ElasticsearchError, validationFailed } from '../errors/errors.ts';
import { hashKind } from './passwords.ts';

const MIN_LENGTH = 6;

/** Refuses a password that is too short. */
export function checkPassword(password: string): string {
  if (password.length >= MIN_LENGTH) return password;
  throw validationFailed('validation_exception', [`passwords must be at least [${MIN_LENGTH}] characters long`]);
}

/** Refuses a hash that is not of the algorithm in use. */
export function checkPasswordHash(hash: string): string {
  const kind = hashKind(hash);
  if (kind === 'BCRYPT') return hash;
  throw new ElasticsearchError(
    400,
    'illegal_argument_exception',
    `Provided password hash uses [${kind}] but the configured hashing algorithm is [BCRYPT]`,
  );
}

/** Lets one secret of a request pass: a password or a hash. The second one is refused at the place where it stands. */
export function onlyOnce(): (secret: string) => string {
  let passed = false;
  return (secret) => {
    if (passed) throw validationFailed('validation_exception', ['password_hash has already been set']);
    passed = true;
    return secret;
  };
}
