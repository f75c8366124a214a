import * as z from 'zod';
import { ElasticsearchError, type HttpError } from '../../errors/errors.ts';
import { json } from '../response.ts';
import type { ErrorStyle } from './style.ts';

/** Body of an error of Elasticsearch. */
const elasticsearchError = z.object({
  error: z.union([
    z.string(),
    z.looseObject({ type: z.string(), reason: z.unknown(), root_cause: z.array(z.unknown()) }),
  ]),
  status: z.number(),
});

/** Elasticsearch's error body; an error that has no type of Elasticsearch's is a bare text. */
export const elasticsearch: ErrorStyle = {
  render: (error) => json(error.status, bodyOf(error), error.headers),
  unforeseen: () => new ElasticsearchError(500, 'exception', 'Internal Server Error'),
  schema: elasticsearchError,
};

function bodyOf(error: HttpError) {
  if (!(error instanceof ElasticsearchError)) return { error: error.message, status: error.status };
  const { type, reason, details, causedBy, status } = error;
  return {
    error: {
      root_cause: [{ type, reason, ...details }],
      type,
      reason,
      ...details,
      ...(causedBy && { caused_by: causedBy }),
    },
    status,
  };
}
