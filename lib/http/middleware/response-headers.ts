import { createHash } from 'node:crypto';
import { exchangeOf, type Middleware, type Step } from '../exchange.ts';

/** Headers of every Kibana answer, refusals included. */
const headers = {
  'kbn-name': 'kibana',
  // Clients compare it to notice another licence; ours never changes.
  'kbn-license-sig': createHash('sha256').update('enterprise').digest('hex'),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'permissions-policy': 'camera=(), display-capture=(), fullscreen=(self), geolocation=(), microphone=(), web-share=()',
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy':
    "script-src 'report-sample' 'self'; worker-src 'report-sample' 'self' blob:; style-src 'report-sample' 'self' 'unsafe-inline'",
  'cache-control': 'private, no-cache, no-store, must-revalidate',
};

/** Adds Kibana's headers; what the endpoint itself set stays. */
export function responseHeaders(): Middleware {
  const addHeaders = ({ event, response }: Step): void => {
    if (!response) return;
    const { apiVersion } = exchangeOf(event);
    const version = apiVersion === undefined ? {} : { 'elastic-api-version': apiVersion };
    response.headers = { ...headers, ...version, ...response.headers };
  };
  return { after: addHeaders, onError: addHeaders };
}

/** Adds what every answer of Elasticsearch carries. */
export function elasticsearchHeaders(): Middleware {
  const addHeaders = ({ event, response }: Step): void => {
    if (!response) return;
    const accepted = /application\/vnd\.elasticsearch\+json;\s*compatible-with=[89]/.exec(event.headers.accept ?? '');
    response.headers = {
      ...response.headers,
      'x-elastic-product': 'Elasticsearch',
      'content-type': accepted?.[0].replace(/\s/g, '') ?? 'application/json',
    };
  };
  return { after: addHeaders, onError: addHeaders };
}
