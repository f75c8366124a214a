import { expect, it } from 'vitest';
import { Conflict, DocumentReplaced, NotFound, WriteConflict } from '../../../lib/errors/errors.ts';
import { retryOnConflict } from '../../../lib/stores/retry-on-conflict.ts';
import { jitter } from './store.ts';

const ROUNDS = 30;

/** A step that fails so often before it succeeds; tells its rounds. */
function failing(times: number, error: (round: number) => Error) {
  const rounds: number[] = [];
  const step = async (round: number) => {
    rounds.push(round);
    if (round <= times) throw error(round);
    return 'done';
  };
  return { rounds, step };
}

const overtaken = () => new WriteConflict(0, undefined);

it.each<[string, () => Error]>([
  ['somebody else was faster', overtaken],
  ['a document was replaced while it was read', () => new DocumentReplaced()],
])('does a step again while %s', async (_when, error) => {
  jitter(0);
  const { rounds, step } = failing(ROUNDS - 1, error);
  expect(await retryOnConflict(step)).toBe('done');
  expect(rounds).toEqual(Array.from({ length: ROUNDS }, (_, index) => index + 1));
});

it.each<[string, () => Error]>([
  ['the conflict', overtaken],
  ['what was replaced', () => new DocumentReplaced()],
])('gives up after 30 rounds with %s', async (_what, error) => {
  jitter(0);
  const { rounds, step } = failing(ROUNDS, error);
  await expect(retryOnConflict(step)).rejects.toThrow(error().message);
  expect(rounds).toHaveLength(ROUNDS);
});

it('gives up with the error of the caller', async () => {
  jitter(0);
  const otherwise = (cause: WriteConflict) => new Conflict('taken', { cause });
  await expect(retryOnConflict(failing(ROUNDS, overtaken).step, { otherwise })).rejects.toMatchObject({
    status: 409,
    message: 'taken',
    cause: expect.any(WriteConflict),
  });
});

it('does not repeat what a repetition cannot cure', async () => {
  const other = failing(1, () => new NotFound('gone'));
  await expect(retryOnConflict(other.step)).rejects.toThrow('gone');
  expect(other.rounds).toEqual([1]);

  const when = ({ index }: WriteConflict) => index !== 2;
  const conflict = failing(3, (round) => new WriteConflict(round, undefined));
  await expect(retryOnConflict(conflict.step, { when })).rejects.toMatchObject({ index: 2 });
  expect(conflict.rounds).toEqual([1, 2]);

  const otherwise = ({ index }: WriteConflict) => new Conflict(`write ${index}`);
  const explained = failing(3, (round) => new WriteConflict(round, undefined));
  await expect(retryOnConflict(explained.step, { when, otherwise })).rejects.toThrow('write 2');
});
