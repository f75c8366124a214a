import * as z from 'zod';
import { ElasticsearchError, NotFound, ServerError } from '../../errors/errors.ts';
import { json } from '../response.ts';
import { core } from './core.ts';
import type { ErrorStyle } from './style.ts';

/** Body of an error with the error object. */
export const siemBypassedError = z.object({ message: z.string(), full_error: z.string(), status_code: z.number() });

/**
 * The shape of handlers of the Security solution that print the error object as well: `message`, `full_error`,
 * `status_code`. A record that is not there is answered by Kibana's core instead.
 */
export const siemBypassed: ErrorStyle = {
  render: (error) => {
    if (error instanceof NotFound) return core.render(error);
    const message = error instanceof ElasticsearchError ? `${error.type}: ${error.reason}` : error.message;
    // Of a plain error Kibana prints `{}`: message and stack are not among what JSON shows.
    const body = { message, full_error: JSON.stringify(error.attributes ?? {}), status_code: error.status };
    return json(error.status, body, { 'content-type': 'application/json', ...error.headers });
  },
  unforeseen: () => new ServerError('Internal Server Error'),
  schema: z.union([siemBypassedError, core.schema]),
};
