import * as z from 'zod';
import { ElasticsearchError, ServerError } from '../../errors/errors.ts';
import { json } from '../response.ts';
import type { ErrorStyle } from './style.ts';

/** Body of an error of the Security solution. */
export const siemError = z.object({ message: z.unknown(), status_code: z.number() });

/** The shape of the Security solution's handlers: `message`, `status_code`. */
export const siem: ErrorStyle = {
  render: (error) => {
    const message = error instanceof ElasticsearchError ? `${error.type}: ${error.reason}` : error.message;
    return json(error.status, { message, status_code: error.status }, error.headers);
  },
  unforeseen: () => new ServerError('Internal Server Error'),
  schema: siemError,
};
