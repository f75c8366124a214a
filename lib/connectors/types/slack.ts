import * as z from 'zod';
import * as schema from '../../validation/config-schema.ts';
import { defineConnectorType } from '../connector-type.ts';
import { HttpFailure, HttpStatusFailure, sendOk } from '../http.ts';
import { requireAllowedSecretUrl } from '../json-service.ts';
import { slackFailure, slackRefused } from '../slack-results.ts';
import { messageOf } from '../validation.ts';

/** Posts a message to Slack through an incoming webhook. */
export const slack = defineConnectorType({
  id: '.slack',
  name: 'Slack',
  minimumLicense: 'gold',
  supportedFeatureIds: ['alerting', 'uptime', 'siem'],
  config: schema.object({}),
  secrets: schema.object({ webhookUrl: z.string() }),
  params: schema.object({ message: z.string().min(1) }),
  checkSecrets: ({ webhookUrl }) => requireAllowedSecretUrl(webhookUrl, 'slack'),
  execute: async ({ secrets: { webhookUrl }, params: { message } }, { now, outbound }) => {
    const headers = { 'content-type': 'application/json' };
    try {
      const body = JSON.stringify({ text: message });
      const { data } = await sendOk({ method: 'POST', url: webhookUrl, headers, body }, outbound);
      const text = typeof data === 'string' ? data : JSON.stringify(data);
      return text === 'ok' ? { status: 'ok', data: { text } } : slackRefused(text);
    } catch (error) {
      return slackFailure(error, now, clientMessageOf(error));
    }
  },
});

/** How Slack's own client for webhooks words a failed call. */
function clientMessageOf(error: unknown): string {
  if (error instanceof HttpStatusFailure) {
    return `An HTTP protocol error occurred: statusCode = ${error.response.status}`;
  }
  return error instanceof HttpFailure ? `A request error occurred: ${error.message}` : messageOf(error);
}
