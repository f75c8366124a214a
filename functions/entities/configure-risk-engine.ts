import * as z from 'zod';
import { configureRiskEngine, requireRiskEnginePrivileges } from '../../lib/entities/risk-engine.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { riskEngine, riskEngineError } from '../../lib/http/styles/risk-engine.ts';
import { siemError } from '../../lib/http/styles/siem.ts';
import { zod3 } from '../../lib/validation/zod3.ts';

/** Changes the settings of the space's risk engine, which is made when there is none. */
export const handler = kibanaEndpoint(
  {
    // The API document says PATCH; Kibana itself and its own clients use PUT.
    route: ['PATCH /api/risk_score/engine/saved_object/configure', 'PUT /api/risk_score/engine/saved_object/configure'],
    summary: 'Configure the risk engine saved object',
    differs: 'The configuration is kept. Nothing computes risk scores.',
    privileges: ['securitySolution', 'securitySolution-entity-analytics'],
    xsrf: 'unless-cross-site',
    validation: zod3,
    errors: riskEngine,
    request: {
      body: z.object({
        exclude_alert_statuses: z.array(z.string()).optional(),
        exclude_alert_tags: z.array(z.string()).optional(),
        range: z.object({ start: z.string().optional(), end: z.string().optional() }).optional(),
      }),
    },
    responses: {
      200: z.strictObject({ risk_engine_saved_object_configured: z.literal(true) }),
      403: siemError,
      409: riskEngineError,
      500: riskEngineError,
    },
  },
  async ({ body, space, principal, now }) => {
    requireRiskEnginePrivileges(principal);
    await configureRiskEngine(space, body, { principal, now });
    return ok({ risk_engine_saved_object_configured: true });
  },
);
