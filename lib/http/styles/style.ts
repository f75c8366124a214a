import type * as z from 'zod';
import type { HttpError } from '../../errors/errors.ts';
import type { Answer } from '../exchange.ts';

/** How an endpoint words its errors. */
export type ErrorStyle = {
  /** Turns an error into an answer. */
  render: (error: HttpError) => Answer;
  /** What a client is told about a failure that nobody foresaw; its cause is in the log, under the same request id. */
  unforeseen: () => HttpError;
  /** What such an answer is, for the API's document. */
  schema: z.ZodType;
};
