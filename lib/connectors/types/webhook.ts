import * as z from 'zod';
import { isObject } from '../../json/merge.ts';
import * as schema from '../../validation/config-schema.ts';
import { defineConnectorType, type ExecutorResult } from '../connector-type.ts';
import { HttpFailure, type HttpResponse, HttpStatusFailure, sendOk } from '../http.ts';
import { ensureUriAllowed } from '../outbound-policy.ts';
import { retryAfter } from '../retry-after.ts';
import { messageOf } from '../validation.ts';
import { authConfig, authenticated, authSecrets, checkAuth, usesOAuth } from '../webhook-auth.ts';

const config = schema.object({
  url: z.string(),
  method: z.enum(['post', 'put', 'patch', 'get', 'delete']).default('post'),
  ...authConfig,
});
type Config = z.output<typeof config>;

/** Sends a text of the caller's to a URL. */
export const webhook = defineConnectorType({
  id: '.webhook',
  name: 'Webhook',
  minimumLicense: 'gold',
  supportedFeatureIds: ['alerting', 'uptime', 'siem'],
  config,
  secrets: authSecrets,
  params: schema.object({ body: z.string().optional() }),
  checkConfig,
  execute: async ({ config, secrets, params: { body } }, { now, outbound }) => {
    const { url } = config;
    const method = config.method.toUpperCase();
    const sendsBody = body !== undefined && method !== 'GET' && method !== 'DELETE';
    try {
      const { headers, tls } = await authenticated(config, secrets, outbound);
      const typed = { ...(sendsBody && { 'content-type': 'application/json' }), ...lowerCased(headers) };
      await sendOk({ method, url, headers: typed, ...(sendsBody && { body }), ...(tls && { tls }) }, outbound);
      return { status: 'ok', data: body };
    } catch (error) {
      return failure(error, now);
    }
  },
});

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function checkConfig(config: Config): void {
  const prefix = 'error validation webhook action config: ';
  const urls = [config.url, ...(usesOAuth(config) && config.accessTokenUrl ? [config.accessTokenUrl] : [])];
  for (const url of urls) {
    if (!URL.canParse(url)) throw new Error(`${prefix}unable to parse url: TypeError: Invalid URL`);
  }
  try {
    for (const url of urls) ensureUriAllowed(url);
    checkAuth(config);
  } catch (error) {
    throw new Error(`${prefix}${messageOf(error)}`);
  }
}

function failure(error: unknown, now: Date): ExecutorResult {
  if (error instanceof HttpStatusFailure) return refused(error.response, now);
  const code = error instanceof HttpFailure ? error.code : undefined;
  const serviceMessage = `${code === undefined ? '' : `[${code}] `}${messageOf(error)}`;
  return { status: 'error', message: 'error calling webhook, request failed', serviceMessage };
}

function refused({ status, statusText, data, headers }: HttpResponse, now: Date): ExecutorResult {
  const said = isObject(data) ? data.message : undefined;
  const suffix = said == null || said === '' ? '' : `: ${typeof said === 'string' ? said : JSON.stringify(said)}`;
  const serviceMessage = `[${status}] ${statusText}${suffix}`;
  const retry = status === 429 ? retryAfter(headers, now) : undefined;
  if (retry !== undefined) {
    const message = `error calling webhook, retry at ${retry.toISOString()}`;
    return { status: 'error', message, retry, serviceMessage };
  }
  if (status === 429 || status >= 500) {
    return { status: 'error', message: 'error calling webhook, retry later', retry: true, serviceMessage };
  }
  return { status: 'error', message: 'error calling webhook, invalid response', serviceMessage };
}
