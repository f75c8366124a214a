import * as z from 'zod';
import * as schema from '../../validation/config-schema.ts';
import { defineConnectorType, type ExecutorResult } from '../connector-type.ts';
import { type HttpResponse, HttpStatusFailure, sendOk } from '../http.ts';
import { requireAllowedSecretUrl } from '../json-service.ts';
import { retryAfter } from '../retry-after.ts';

/** Posts a message to a Microsoft Teams channel. */
export const teams = defineConnectorType({
  id: '.teams',
  name: 'Microsoft Teams',
  minimumLicense: 'gold',
  supportedFeatureIds: ['alerting', 'uptime', 'siem'],
  config: schema.object({}),
  secrets: schema.object({ webhookUrl: z.string() }),
  params: schema.object({ message: z.string().min(1) }),
  checkSecrets: ({ webhookUrl }) => requireAllowedSecretUrl(webhookUrl, 'teams'),
  execute: async ({ secrets: { webhookUrl }, params: { message } }, { now, outbound }) => {
    const posted = { text: message };
    const headers = { 'content-type': 'application/json' };
    try {
      const request = { method: 'POST', url: webhookUrl, headers, body: JSON.stringify(posted) };
      return throttled(await sendOk(request, outbound), now) ?? { status: 'ok', data: posted };
    } catch (error) {
      return failure(error);
    }
  },
});

/** Teams answers 200 also when it wants its callers to slow down, and says so in the body. */
function throttled({ data, headers }: HttpResponse, now: Date): ExecutorResult | undefined {
  if (typeof data !== 'string' || !data.includes('ErrorCode:ApplicationThrottled')) return undefined;
  const retry = retryAfter(headers, now);
  if (retry === undefined) return retryLater();
  const message = `error posting a Microsoft Teams message, retry at ${retry.toISOString()}`;
  return { status: 'error', message, retry };
}

function retryLater(serviceMessage?: string): ExecutorResult {
  const message = 'error posting a Microsoft Teams message, retry later';
  return { status: 'error', message, retry: true, serviceMessage };
}

function failure(error: unknown): ExecutorResult {
  if (!(error instanceof HttpStatusFailure)) {
    return { status: 'error', message: 'error posting to Microsoft Teams, unexpected error' };
  }
  const { status, statusText } = error.response;
  const serviceMessage = `[${status}] ${statusText}`;
  if (status >= 500) return retryLater(serviceMessage);
  return { status: 'error', message: 'error posting to Microsoft Teams, invalid response', serviceMessage };
}
