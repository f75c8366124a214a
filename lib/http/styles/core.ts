import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import { ElasticsearchError, type HttpError, ServerError } from '../../errors/errors.ts';
import { json } from '../response.ts';
import type { ErrorStyle } from './style.ts';

/** Reason phrases where Kibana's HTTP framework and Node disagree. */
const reasons: Record<number, string> = { 413: 'Request Entity Too Large' };

/** Body of an error in Kibana's core shape. */
export const coreError = z.object({
  statusCode: z.number(),
  error: z.string(),
  message: z.string(),
  attributes: z.unknown().optional(),
});

/** Kibana's core shape: `statusCode`, `error`, `message`, and `attributes` when there are some. */
export const core: ErrorStyle = {
  render: (error) => {
    const body = {
      statusCode: error.status,
      error: reasons[error.status] ?? STATUS_CODES[error.status] ?? 'Error',
      message: messageOf(error),
      ...(error.attributes && { attributes: error.attributes }),
    };
    return json(error.status, body, error.headers);
  },
  unforeseen: () => new ServerError('An internal server error occurred. Check Kibana server logs for details.'),
  schema: coreError,
};

/** Kibana quotes an error of Elasticsearch with its root causes, on four lines; two more say what caused it. */
function messageOf(error: HttpError): string {
  if (!(error instanceof ElasticsearchError)) return error.message;
  const { causedBy } = error;
  const cause = causedBy === undefined ? '' : `\n\tCaused by:\n\t\t${causedBy.type}: ${causedBy.reason}`;
  return `[${error.type}${cause}\n\tRoot causes:\n\t\t${error.type}: ${error.reason}]: ${error.reason}`;
}
