import { DocumentReplaced, WriteConflict } from '../errors/errors.ts';
import { backOff } from './backoff.ts';

/**
 * Rounds of one step. Of the writers that meet in a round one gets through, so that a step is done for certain while
 * fewer than this many rivals meet it. The waits between them are three seconds on average, and six at the most.
 */
const ROUNDS = 30;
const LONGEST_WAIT_MS = 200;

export type RetryOptions = {
  /** Rounds at the most, where the API documents how many there are. */
  rounds?: number;
  /** True for conflicts that another round may cure: all of them when absent. */
  when?: (conflict: WriteConflict) => boolean;
  /** What to throw for a conflict that no further round follows: the conflict itself when absent. */
  otherwise?: (conflict: WriteConflict) => Error;
};

/**
 * Optimistic concurrency control: does a step that reads, decides and writes, and does it again from what then stands when
 * somebody else wrote in between. A step may also only read, a row and the parts of its document.
 *
 * @param step is told its round, from 1. It may have been done in vain: what it leaves besides its write must be harmless.
 * @throws DocumentReplaced when the document changed in every round, and what `otherwise` says
 */
export async function retryOnConflict<T>(
  step: (round: number) => Promise<T>,
  { rounds = ROUNDS, when = () => true, otherwise = (conflict) => conflict }: RetryOptions = {},
): Promise<T> {
  for (let round = 1; ; round++) {
    try {
      return await step(round);
    } catch (error) {
      const isLast = round === rounds;
      if (error instanceof WriteConflict) {
        if (isLast || !when(error)) throw otherwise(error);
      } else if (isLast || !(error instanceof DocumentReplaced)) throw error;
      await backOff(round - 1, LONGEST_WAIT_MS);
    }
  }
}
