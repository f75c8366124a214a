import { HttpError } from '../../errors/errors.ts';
import { exchangeOf, type Middleware, type Step } from '../exchange.ts';
import type { ErrorStyle } from '../styles/style.ts';

export type RenderErrorsOptions = {
  /** Words what the pipeline refuses. */
  pipeline: ErrorStyle;
  /** Words what the handler throws. */
  handler: ErrorStyle;
};

/** Turns whatever is thrown into an answer. Last in the chain, so that its `onError` comes first. */
export function renderErrors({ pipeline, handler }: RenderErrorsOptions): Middleware {
  const handlingBegins = ({ event }: Step): void => {
    exchangeOf(event).handling = true;
  };
  const renderErrorsOnError = (step: Step): void => {
    const style = exchangeOf(step.event).handling ? handler : pipeline;
    const error = step.error instanceof HttpError ? step.error : style.unforeseen();
    step.response = style.render(error);
  };
  return { before: handlingBegins, onError: renderErrorsOnError };
}
