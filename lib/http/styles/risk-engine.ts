import * as z from 'zod';
import { Forbidden, ServerError } from '../../errors/errors.ts';
import { json } from '../response.ts';
import { siem } from './siem.ts';
import type { ErrorStyle } from './style.ts';

/** Body of a failure of the risk engine. */
export const riskEngineError = z.object({
  risk_engine_saved_object_configured: z.literal(false),
  errors: z.array(z.object({ seq: z.number().int(), error: z.string() })),
});

/** The shape of the risk engine's own failures; who may not manage the engine is told in that of the Security solution. */
export const riskEngine: ErrorStyle = {
  render: (error) => {
    if (error instanceof Forbidden) {
      const answer = siem.render(error);
      return { ...answer, headers: { ...answer.headers, 'content-type': 'application/json' } };
    }
    const body = { risk_engine_saved_object_configured: false, errors: [{ seq: 1, error: error.message }] };
    return json(error.status, body, error.headers);
  },
  unforeseen: () => new ServerError('Internal Server Error'),
  schema: z.union([riskEngineError, siem.schema]),
};
