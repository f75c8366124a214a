import type { ExecutorResult } from './connector-type.ts';
import { HttpStatusFailure } from './http.ts';
import { retryAfter } from './retry-after.ts';
import { messageOf } from './validation.ts';

/** Slack refused, or could not be reached. */
export function slackRefused(serviceMessage: string | undefined): ExecutorResult {
  return { status: 'error', message: 'error posting slack message', serviceMessage };
}

/** What a failed call to Slack comes to; `serviceMessage` says what failed. */
export function slackFailure(error: unknown, now: Date, serviceMessage = messageOf(error)): ExecutorResult {
  if (!(error instanceof HttpStatusFailure)) return slackRefused(serviceMessage);
  const { status, statusText, headers } = error.response;
  const retry = status === 429 ? retryAfter(headers, now) : undefined;
  if (retry !== undefined) {
    const message = `error posting a slack message, retry at ${retry.toISOString()}`;
    return { status: 'error', message, retry, serviceMessage };
  }
  if (status === 429 || status >= 500) {
    const message = 'error posting a slack message, retry later';
    return { status: 'error', message, retry: true, serviceMessage };
  }
  return { status: 'error', message: `unexpected http response from slack: ${status} ${statusText}` };
}
