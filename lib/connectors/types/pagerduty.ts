import * as z from 'zod';
import * as schema from '../../validation/config-schema.ts';
import { defineConnectorType, type ExecutorResult } from '../connector-type.ts';
import { type HttpResponse, send } from '../http.ts';
import { ensureUriAllowed } from '../outbound-policy.ts';
import { anyRecord, messageOf, nullable } from '../validation.ts';

const EVENTS_URL = 'https://events.pagerduty.com/v2/enqueue';

const params = schema
  .object({
    eventAction: z.enum(['trigger', 'resolve', 'acknowledge']).optional(),
    dedupKey: z.string().max(255).optional(),
    summary: z.string().max(1_024).optional(),
    source: z.string().optional(),
    severity: z.enum(['critical', 'error', 'warning', 'info']).optional(),
    timestamp: z.string().optional(),
    component: z.string().optional(),
    group: z.string().optional(),
    class: z.string().optional(),
    links: schema.array(schema.object({ href: z.string(), text: z.string() })).optional(),
    customDetails: anyRecord.optional(),
  })
  .superRefine(({ eventAction, dedupKey, timestamp }, { addIssue }) => {
    if (timestamp !== undefined && timestamp.trim() !== '' && Number.isNaN(Date.parse(timestamp))) {
      addIssue({ code: 'custom', message: `error parsing timestamp "${timestamp}"` });
    } else if ((eventAction === 'resolve' || eventAction === 'acknowledge') && !dedupKey) {
      addIssue({ code: 'custom', message: `DedupKey is required when eventAction is "${eventAction}"` });
    }
  });
type Params = z.output<typeof params>;

/** Triggers, acknowledges and resolves incidents in PagerDuty. */
export const pagerduty = defineConnectorType({
  id: '.pagerduty',
  name: 'PagerDuty',
  minimumLicense: 'gold',
  supportedFeatureIds: ['alerting', 'uptime', 'siem'],
  config: schema.object({ apiUrl: nullable(z.string()) }),
  secrets: schema.object({ routingKey: z.string() }),
  params,
  checkConfig: ({ apiUrl }) => {
    try {
      ensureUriAllowed(apiUrl ?? EVENTS_URL);
    } catch (error) {
      throw new Error(`error configuring pagerduty action: ${messageOf(error)}`);
    }
  },
  execute: async ({ config, secrets, params }, { connectorId, outbound }) => {
    const request = {
      method: 'POST',
      url: config.apiUrl ?? EVENTS_URL,
      headers: { 'content-type': 'application/json', 'x-routing-key': secrets.routingKey },
      body: JSON.stringify(eventOf(params, connectorId)),
    };
    try {
      return resultOf(await send(request, outbound));
    } catch (error) {
      return { status: 'error', message: 'error posting pagerduty event', serviceMessage: messageOf(error) };
    }
  },
});

function eventOf(params: Params, connectorId: string) {
  const { eventAction = 'trigger', dedupKey, timestamp = '', component, group, class: kind, links } = params;
  const event = { event_action: eventAction, ...(dedupKey && { dedup_key: dedupKey }) };
  if (eventAction !== 'trigger') return event;
  return {
    ...event,
    payload: {
      summary: params.summary || 'No summary provided.',
      source: params.source || `Kibana Action ${connectorId}`,
      severity: params.severity ?? 'info',
      ...(timestamp.trim() !== '' && { timestamp: new Date(timestamp).toISOString() }),
      component,
      group,
      class: kind,
      ...(params.customDetails && { custom_details: params.customDetails }),
    },
    ...(links && { links }),
  };
}

/** PagerDuty took an event only when it answers 202. */
function resultOf({ status, data }: HttpResponse): ExecutorResult {
  if (status === 202) return { status: 'ok', data };
  if (status === 429 || status >= 500) {
    const message = `error posting pagerduty event: http status ${status}, retry later`;
    return { status: 'error', message, retry: true };
  }
  return { status: 'error', message: `error posting pagerduty event: unexpected status ${status}` };
}
