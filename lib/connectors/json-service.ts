import * as z from 'zod';
import { type HttpResponse, HttpStatusFailure, type Outbound, sendOk } from './http.ts';
import { ensureUriAllowed, OutboundRefused } from './outbound-policy.ts';
import { messageOf } from './validation.ts';

const JSON_TYPE = 'application/json';

export type ServiceCall = { method: string; url: string; headers: Record<string, string>; body?: unknown };

/** Sends JSON to a service. @throws HttpFailure, HttpStatusFailure, OutboundRefused */
export function callService({ method, url, headers, body }: ServiceCall, outbound: Outbound): Promise<HttpResponse> {
  const sent = { 'content-type': JSON_TYPE, ...headers };
  return sendOk({ method, url, headers: sent, ...(body !== undefined && { body: JSON.stringify(body) }) }, outbound);
}

/**
 * What a service answers, if it is JSON and has what the schema asks for.
 *
 * @throws HttpFailure, HttpStatusFailure, OutboundRefused; Error about an answer that does not fit
 */
export async function readService<Schema extends z.ZodType>(
  call: ServiceCall,
  schema: Schema,
  outbound: Outbound,
): Promise<z.output<Schema>> {
  const response = await callService(call, outbound);
  requireJson(response, call);
  const parsed = schema.safeParse(response.data);
  if (parsed.success) return parsed.data;
  const required = requiredFields(schema);
  if (required.length === 0) throw new Error('Response has an unexpected form');
  throw new Error(`Response is missing at least one of the expected fields: ${required.join(',')}`);
}

/** Refuses an answer that is not JSON; 204 has none. */
export function requireJson({ status, headers, data }: HttpResponse, { method, url }: ServiceCall): void {
  if (status === 204) return;
  const contentType = headers['content-type'] ?? 'undefined';
  if (!contentType.includes(JSON_TYPE)) {
    throw new Error(
      `Unsupported content type: ${contentType} in ${method} ${url}. Supported content types: ${JSON_TYPE}`,
    );
  }
  if (data !== '' && (typeof data !== 'object' || data === null)) throw new Error('Response is not a valid JSON');
}

function requiredFields(schema: z.ZodType): string[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([name, field]) =>
    field instanceof z.ZodType && field.safeParse(undefined).success ? [] : [name],
  );
}

/** The body of the answer that made a call fail; undefined when there was none. */
export function failedBody(error: unknown): unknown {
  return error instanceof HttpStatusFailure ? error.response.data : undefined;
}

/** The status of the answer that made a call fail; undefined when there was none. */
export function failedStatus(error: unknown): number | undefined {
  return error instanceof HttpStatusFailure ? error.response.status : undefined;
}

/** Checks the URL of a service that a connector is configured with. */
export function requireAllowedService(url: string): void {
  try {
    ensureUriAllowed(url);
  } catch (error) {
    throw new Error(`error configuring connector action: ${messageOf(error)}`);
  }
}

/** Checks a URL that is itself a secret: the text names its host, never the rest. */
export function requireAllowedSecretUrl(url: string, service: string): void {
  const parsed = URL.parse(url);
  const prefix = `error configuring ${service} action: `;
  if (parsed === null) throw new Error(`${prefix}unable to parse host name from webhookUrl`);
  try {
    ensureUriAllowed(url);
  } catch (error) {
    if (!(error instanceof OutboundRefused)) throw error;
    throw new Error(`${prefix}${error.message.replace(`url "${url}"`, () => `hostname "${parsed.hostname}"`)}`);
  }
}

/** The value of a header for Basic authentication. */
export function basicAuth(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

export function withoutTrailingSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url;
}

/** A text as one segment of a path: it cannot lead to another path. */
export function segment(text: string | number): string {
  const value = String(text);
  // Dots stay as they are when encoded, and a URL resolves them.
  if (value === '' || value === '.' || value === '..') throw new Error(`"${value}" cannot be part of a path`);
  return encodeURIComponent(value.toWellFormed());
}
