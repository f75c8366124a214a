import { STATUS_CODES } from 'node:http';
import { BadRequest, ServerError } from '../../errors/errors.ts';
import type { ValidationRenderer } from '../../validation/issues.ts';
import { json } from '../response.ts';
import { coreError } from './core.ts';
import type { ErrorStyle } from './style.ts';

/** What APM's handlers add to the core shape when there is nothing to add. */
const attributes = { data: null, _inspect: [] };

/** The shape of APM's handlers: core, always with `attributes`. */
export const apm: ErrorStyle = {
  render: (error) => {
    const { status, message } = error;
    const body = { statusCode: status, error: STATUS_CODES[status] ?? 'Error', message };
    return json(status, { ...body, attributes: error.attributes ?? attributes }, error.headers);
  },
  unforeseen: () =>
    new ServerError('An internal server error occurred. Check Kibana server logs for details.', {
      attributes: { data: {}, _inspect: [] },
    }),
  schema: coreError,
};

/**
 * APM checks its input inside the handler, so that these refusals, too, have the attributes which handler errors have:
 * a renderer that throws the refusal itself, instead of leaving that to the pipeline.
 */
export function withAttributes(renderer: ValidationRenderer): ValidationRenderer {
  const refuse = (message: string): never => {
    throw new BadRequest(message, { attributes });
  };
  return Object.assign((problems: Parameters<ValidationRenderer>[0]) => refuse(renderer(problems)), renderer);
}
