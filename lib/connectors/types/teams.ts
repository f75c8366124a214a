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
      return throttled(await sendOk(request, outbound), message, now) ?? { status: 'ok', data: posted };
    } catch (error) {
      return failure(error);
    }
  },
});

/**
 * Teams answers 200 also when it wants its callers to slow down, and says so in the body. With a date, the text that was
 * posted stands where others have what the service said.
 */
function throttled({ data, headers }: HttpResponse, posted: string, now: Date): ExecutorResult | undefined {
  if (typeof data !== 'string' || !data.includes('ErrorCode:ApplicationThrottled')) return undefined;
  const retry = retryAfter(headers, now);
  if (retry === undefined) return retryLater;
  const message = `error posting a Microsoft Teams message, retry at ${retry.toISOString()}`;
  return { status: 'error', message, retry, serviceMessage: posted };
}

const retryLater: ExecutorResult = {
  status: 'error',
  message: 'error posting a Microsoft Teams message, retry later',
  retry: true,
};

function failure(error: unknown): ExecutorResult {
  if (!(error instanceof HttpStatusFailure)) {
    return { status: 'error', message: 'error posting to Microsoft Teams, unexpected error' };
  }
  const { status, statusText } = error.response;
  if (status >= 500) return retryLater;
  const serviceMessage = `[${status}] ${statusText}`;
  return { status: 'error', message: 'error posting to Microsoft Teams, invalid response', serviceMessage };
}
