import mustache from 'mustache';
import { isObject, type JsonObject } from '../json/merge.ts';
import { type HttpResponse, HttpStatusFailure, type Outbound, sendOk } from './http.ts';
import { ensureUriAllowed } from './outbound-policy.ts';
import type { CasesWebhookConfig, CasesWebhookIncident } from './types/cases-webhook.ts';
import { messageOf } from './validation.ts';
import { type AuthSecrets, authenticated } from './webhook-auth.ts';

type Incident = Omit<CasesWebhookIncident, 'externalId'>;

/** The calls to a system that its configuration describes. Each throws an error that says what was not possible. */
export async function casesWebhookService(
  config: CasesWebhookConfig,
  secrets: AuthSecrets,
  { now, outbound }: { now: Date; outbound: Outbound },
) {
  const { headers, tls } = await authenticated(config, secrets, outbound);

  const call = async (method: string, url: string, json: string | undefined): Promise<HttpResponse> => {
    const sent = { 'content-type': 'application/json', ...headers };
    const body = json === undefined ? {} : { body: json };
    return sendOk({ method: method.toUpperCase(), url, headers: sent, ...body, ...(tls && { tls }) }, outbound);
  };

  const titleOf = (id: string): Promise<string> =>
    describing(`Unable to get case with id ${id}`, async () => {
      const url = renderedUrl(config.getIncidentUrl, inUrl({ id }), 'Get case URL');
      const template = config.getIncidentMethod === 'post' ? config.getIncidentJson : null;
      const json = template === null ? undefined : renderedJson(template, external(id), 'Get case JSON body');
      const key = config.getIncidentResponseExternalTitleKey;
      return field(await call(config.getIncidentMethod, url, json), key, config.getIncidentMethod, url);
    });

  const pushed = async (id: string) => {
    const title = await titleOf(id);
    const url = renderedUrl(config.viewIncidentUrl, inUrl({ id, title }), 'View case URL');
    return { id, title, url, pushedDate: now.toISOString() };
  };

  return {
    create: (incident: Incident) =>
      describing('Unable to create case', async () => {
        const method = config.createIncidentMethod;
        const url = normalized(config.createIncidentUrl, 'Create case URL');
        const json = renderedJson(config.createIncidentJson, { case: caseOf(incident) }, 'Create case JSON body');
        return pushed(field(await call(method, url, json), config.createIncidentResponseKey, method, url));
      }),

    update: (id: string, incident: Incident) =>
      describing(`Unable to update case with id ${id}`, async () => {
        const url = renderedUrl(config.updateIncidentUrl, inUrl({ id }), 'Update case URL');
        const view = { case: caseOf(incident), ...external(id) };
        const json = renderedJson(config.updateIncidentJson, view, 'Update case JSON body');
        requireJson(await call(config.updateIncidentMethod, url, json), config.updateIncidentMethod, url);
        return pushed(id);
      }),

    /** Adds a comment, where the configuration says how. */
    comment: (id: string, comment: string): Promise<void> =>
      describing(`Unable to create comment at case with id ${id}`, async () => {
        const { createCommentUrl, createCommentMethod: method, createCommentJson } = config;
        if (!createCommentUrl || !method || !createCommentJson) return;
        const url = renderedUrl(createCommentUrl, inUrl({ id }), 'Create comment URL');
        const view = { case: { comment: JSON.stringify(comment) }, ...external(id) };
        const json = renderedJson(createCommentJson, view, 'Create comment JSON body');
        requireJson(await call(method, url, json), method, url);
      }),
  };
}

/** What JSON templates show of a case: every value is JSON already, quotes included. */
function caseOf({ title, description, id, severity, status, tags }: Incident): Record<string, string> {
  const values = {
    title,
    description: description ?? '',
    id: id ?? '',
    severity: severity ?? '',
    status: status ?? '',
    tags: tags ?? [],
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));
}

function external(id: string) {
  return { external: { system: { id: JSON.stringify(id) } } };
}

function inUrl(values: { id: string; title?: string }) {
  const encoded = Object.entries(values).map(([name, value]) => [name, encodeURIComponent(value.toWellFormed())]);
  return { external: { system: Object.fromEntries(encoded) } };
}

function rendered(template: string, view: JsonObject): string {
  return mustache.render(template, view, {}, { escape: String });
}

function renderedUrl(template: string, view: JsonObject, name: string): string {
  return normalized(rendered(template, view), name);
}

function normalized(url: string, name: string): string {
  try {
    ensureUriAllowed(url);
  } catch (error) {
    throw new Error(`Invalid ${name}: Error: ${messageOf(error)}`, { cause: error });
  }
  const text = url.endsWith('/') ? url.slice(0, -1) : url;
  return text.replace(/([^:]\/)\/+/g, '$1');
}

function renderedJson(template: string, view: JsonObject, name: string): string {
  const json = rendered(template, view);
  try {
    JSON.parse(json);
  } catch {
    throw new Error(`JSON Error: ${name} must be valid JSON`);
  }
  return json;
}

function requireJson({ status, headers, data }: HttpResponse, method: string, url: string): void {
  if (status === 204 && data === '') return;
  const contentType = headers['content-type'];
  const supported = 'Supported content types: application/json';
  if (contentType === undefined) throw new Error(`Missing content type header in ${method} ${url}. ${supported}`);
  if (!contentType.includes('application/json')) {
    throw new Error(`Unsupported content type: ${contentType} in ${method} ${url}. ${supported}`);
  }
  if (data !== '' && (typeof data !== 'object' || data === null)) throw new Error('Response is not a valid JSON');
}

/** The text at a dotted path of an answer. */
function field(response: HttpResponse, path: string, method: string, url: string): string {
  requireJson(response, method, url);
  let value: unknown = response.data;
  for (const name of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    value =
      (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  }
  if (value === undefined) throw new Error(`Response is missing the expected field: ${path}`);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

async function describing<T>(problem: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { data, statusText } = error instanceof HttpStatusFailure ? error.response : {};
    const said = data ? JSON.stringify(data) : '';
    const reason = statusText === undefined ? '' : `Reason: ${statusText}`;
    // The blanks stay, also where there is nothing between them.
    const text = `[Action][Webhook - Case Management]: ${problem}. Error: ${messageOf(error)}. ${said} ${reason}`;
    throw new Error(text, { cause: error });
  }
}
