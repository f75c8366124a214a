import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { JsonObject } from '../../json/merge.ts';
import * as schema from '../../validation/config-schema.ts';
import { defineConnectorType } from '../connector-type.ts';
import { HttpFailure, HttpStatusFailure, type Outbound } from '../http.ts';
import { callService, failedBody, requireAllowedService, segment } from '../json-service.ts';
import { branch, messageOf, parseOr } from '../validation.ts';

const ID = '.opsgenie';
const NAME = 'Opsgenie';

/** Opsgenie's limit; a longer alias is replaced by its hash. */
const ALIAS_LENGTH = 512;

const responderType = z.enum(['team', 'user', 'escalation', 'schedule']);
const team = z.literal('team');
const user = z.literal('user');

const createAlert = schema.object({
  message: z
    .string()
    .min(1)
    .max(130)
    .refine((message) => message.trim() !== '', {
      error: 'message must be populated with a value other than just whitespace',
    }),
  alias: z.string().optional(),
  description: z.string().max(15_000).optional(),
  responders: schema
    .array(
      z.union([
        branch(schema.object({ name: z.string(), type: responderType })),
        branch(schema.object({ id: z.string(), type: responderType })),
        branch(schema.object({ username: z.string(), type: user })),
      ]),
      { max: 50 },
    )
    .optional(),
  visibleTo: schema
    .array(
      z.union([
        branch(schema.object({ name: z.string(), type: team })),
        branch(schema.object({ id: z.string(), type: team })),
        branch(schema.object({ id: z.string(), type: user })),
        branch(schema.object({ username: z.string(), type: user })),
      ]),
      { max: 50 },
    )
    .optional(),
  actions: schema.array(z.string().max(50), { max: 10 }).optional(),
  tags: schema.array(z.string().max(50), { max: 20 }).optional(),
  details: schema.record(z.string(), z.string()).optional(),
  entity: z.string().max(512).optional(),
  source: z.string().max(100).optional(),
  priority: z.enum(['P1', 'P2', 'P3', 'P4', 'P5']).optional(),
  user: z.string().max(100).optional(),
  note: z.string().max(25_000).optional(),
});

const closeAlert = schema.object({
  alias: z.string(),
  user: z.string().max(100).optional(),
  source: z.string().max(100).optional(),
  note: z.string().max(25_000).optional(),
});

const answer = z.union([
  branch(schema.openObject({ took: schema.number(), requestId: z.string(), result: z.string() })),
  branch(
    schema.openObject({
      took: schema.number(),
      requestId: z.string(),
      message: z.string().optional(),
      result: z.string().optional(),
    }),
  ),
]);
const failureBody = z.object({ message: z.string().optional(), errors: z.unknown().optional() });

/** Creates and closes alerts in Opsgenie. */
export const opsgenie = defineConnectorType({
  id: ID,
  name: NAME,
  minimumLicense: 'platinum',
  supportedFeatureIds: ['alerting', 'uptime', 'siem'],
  config: schema.object({ apiUrl: z.string() }),
  secrets: schema.object({ apiKey: z.string() }),
  // What a sub-action takes is judged when it runs.
  params: schema.object({ subAction: z.string(), subActionParams: schema.openObject({}) }),
  checkConfig: ({ apiUrl }) => requireAllowedService(apiUrl),
  execute: async ({ config: { apiUrl }, secrets: { apiKey }, params }, { connectorId, outbound }) => {
    const { subAction, subActionParams } = params;
    const call = (path: string, body: JsonObject) => post(new URL(path, apiUrl).href, apiKey, body, outbound);
    switch (subAction) {
      case 'createAlert': {
        const alert = parseOr(createAlert, subActionParams, invalidRequest);
        const alias = alert.alias ? { alias: aliasOf(alert.alias) } : {};
        return { status: 'ok', data: await call('v2/alerts', { ...alert, ...alias }) };
      }
      case 'closeAlert': {
        const { alias, ...closing } = parseOr(closeAlert, subActionParams, invalidRequest);
        const path = `v2/alerts/${segment(aliasOf(alias))}/close?identifierType=alias`;
        return { status: 'ok', data: await call(path, closing) };
      }
      default:
        throw new Error(
          `Sub action "${subAction}" is not registered. Connector id: ${connectorId}. Connector name: ${NAME}. Connector type: ${ID}`,
        );
    }
  },
});

function invalidRequest(problem: string): Error {
  return new Error(`Request validation failed (Error: ${problem})`);
}

function aliasOf(alias: string): string {
  return alias.length <= ALIAS_LENGTH ? alias : `sha-${createHash('sha256').update(alias).digest('hex')}`;
}

async function post(url: string, apiKey: string, body: JsonObject, outbound: Outbound): Promise<unknown> {
  try {
    const headers = { authorization: `GenieKey ${apiKey}` };
    const { data } = await callService({ method: 'POST', url, headers, body }, outbound);
    parseOr(answer, data, (problem) => new Error(`Response validation failed (Error: ${problem})`));
    return data;
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    const status = error instanceof HttpStatusFailure ? error.response.status : undefined;
    throw new Error(`Status code: ${status}. Message: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: HttpFailure): string {
  const { message, errors } = failureBody.safeParse(failedBody(error)).data ?? {};
  return `${message ?? messageOf(error)}${errors == null ? '' : `: ${JSON.stringify(errors)}`}`;
}
