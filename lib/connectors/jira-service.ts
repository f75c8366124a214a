import * as z from 'zod';
import type { JsonObject } from '../json/merge.ts';
import { ExecutorFailure } from './connector-type.ts';
import type { Outbound } from './http.ts';
import {
  basicAuth,
  callService,
  failedBody,
  failedStatus,
  readService,
  requireJson,
  segment,
  withoutTrailingSlash,
} from './json-service.ts';
import { messageOf } from './validation.ts';

export type JiraIncident = {
  summary: string;
  description: string | null;
  issueType: string | null;
  priority: string | null;
  labels: string[] | null;
  parent: string | null;
  otherFields: JsonObject | null;
};

// Jira's cloud sends ids as texts, others as numbers; they are passed on as they come.
const id = z.union([z.string(), z.number()]);
const created = z.object({ id });
const issue = z.object({ id, key: z.string(), fields: z.looseObject({}).optional() });
const foundIssues = z.object({ issues: z.array(issue).default([]) });
const comment = z.object({ id, created: z.string() });

// Cloud calls its list `issueTypes` or `fields`, Data Center `values`.
const issueType = z.object({ id, name: z.string() });
const issueTypeList = z.object({ issueTypes: z.array(issueType).optional(), values: z.array(issueType).optional() });
const field = z.looseObject({
  fieldId: z.string(),
  required: z.unknown().optional(),
  allowedValues: z.unknown().optional(),
  defaultValue: z.unknown().optional(),
  schema: z.unknown().optional(),
  name: z.unknown().optional(),
});
const fieldList = z.object({ fields: z.array(field).optional(), values: z.array(field).optional() });
const refusal = z.object({
  errorMessages: z.array(z.string()).default([]),
  errors: z.record(z.string(), z.unknown()).optional(),
});

export type JiraService = ReturnType<typeof jiraService>;

/** The calls to one Jira project. Each throws an error that says what was not possible, and Jira's reason. */
export function jiraService(
  { apiUrl, projectKey }: { apiUrl: string; projectKey: string },
  { email, apiToken }: { email: string; apiToken: string },
  outbound: Outbound,
) {
  const base = withoutTrailingSlash(apiUrl);
  const api = `${base}/rest/api/2`;
  const typesUrl = `${api}/issue/createmeta/${segment(projectKey)}/issuetypes`;
  const headers = { authorization: basicAuth(email, apiToken) };
  const issueUrl = (issueId: string | number) => `${api}/issue/${segment(issueId)}`;
  const get = <Schema extends z.ZodType>(url: string, schema: Schema) =>
    readService({ method: 'GET', url, headers }, schema, outbound);
  const post = <Schema extends z.ZodType>(url: string, body: unknown, schema: Schema) =>
    readService({ method: 'POST', url, headers, body }, schema, outbound);

  const issueTypes = () =>
    describing('Unable to get issue types', async () => {
      const { issueTypes: types, values = [] } = await get(typesUrl, issueTypeList);
      return (types ?? values).map(({ id, name }) => ({ id, name }));
    });

  const fieldsOf = (typeId: string | number): Promise<JsonObject> =>
    describing('Unable to get fields', async () => {
      const { fields, values = [] } = await get(`${typesUrl}/${segment(typeId)}`, fieldList);
      return Object.fromEntries((fields ?? values).map(({ fieldId, ...each }) => [fieldId, described(each)]));
    });

  const incident = (issueId: string | number) =>
    describing(`Unable to get incident with id ${issueId}`, () => get(issueUrl(issueId), issue));

  const pushed = async (issueId: string | number, dateField: 'created' | 'updated') => {
    const { id, key, fields = {} } = await incident(issueId);
    const url = `${base}/browse/${segment(key)}`;
    return { title: key, id, pushedDate: new Date(String(fields[dateField])).toISOString(), url };
  };

  return {
    issueTypes,
    fieldsOf,
    incident,

    /** The fields that all issue types have. */
    commonFields: async (): Promise<JsonObject> => {
      const [first = {}, ...others] = await Promise.all((await issueTypes()).map(({ id }) => fieldsOf(id)));
      return Object.fromEntries(
        Object.entries(first).filter(([name]) => others.every((fields) => Object.hasOwn(fields, name))),
      );
    },

    issuesAbout: (title: string) =>
      describing('Unable to get issues', async () => {
        const jql = `project="${projectKey}" and summary ~"${searched(title)}"`;
        const { issues } = await get(
          `${api}/search?jql=${encodeURIComponent(jql.toWellFormed())}&fields=summary,key`,
          foundIssues,
        );
        return issues.map(titled);
      }),

    issue: (issueId: string) =>
      describing(`Unable to get issue with id ${issueId}`, async () => titled(await get(issueUrl(issueId), issue))),

    create: async (fields: JiraIncident) => {
      const type = fields.issueType || ((await issueTypes())[0]?.id ?? '');
      return describing('Unable to create incident', async () => {
        const body = { fields: issueFields(projectKey, { ...fields, issueType: String(type) }) };
        return pushed((await post(`${api}/issue`, body, created)).id, 'created');
      });
    },

    update: (issueId: string, fields: JiraIncident) =>
      describing(`Unable to update incident with id ${issueId}`, async () => {
        const body = { fields: issueFields(projectKey, fields) };
        const call = { method: 'PUT', url: issueUrl(issueId), headers, body };
        requireJson(await callService(call, outbound), call);
        return pushed(issueId, 'updated');
      }),

    /** Adds a comment; gives the time Jira noted for it. */
    comment: (issueId: string | number, text: string): Promise<string> =>
      describing(`Unable to create comment at incident with id ${issueId}`, async () => {
        const added = await post(`${issueUrl(issueId)}/comment`, { body: text }, comment);
        return new Date(added.created).toISOString();
      }),
  };
}

function described({ required, allowedValues = [], defaultValue = {}, schema, name }: JsonObject) {
  return { required, allowedValues, defaultValue, schema, name };
}

function titled({ id, key, fields = {} }: z.output<typeof issue>) {
  return { id, key, title: fields.summary ?? null };
}

/** Text that a JQL query looks for, inside its quotes: without quotes of its own, all that has a meaning escaped. */
function searched(text: string): string {
  return text
    .replaceAll('"', '')
    .replaceAll(/[\\']/g, '\\\\')
    .replaceAll(/[-!^+&*()[\]/{}|:?~]/g, '\\\\$&');
}

function issueFields(key: string, incident: JiraIncident): JsonObject {
  const { summary, description, issueType, priority, labels, parent, otherFields } = incident;
  const lines = summary.split(/[\n\r]/).map((line) => line.trim());
  return {
    summary: lines.filter((line) => line !== '').join(', '),
    project: { key },
    ...(issueType && { issuetype: { id: issueType } }),
    ...(description && { description }),
    ...(labels && { labels }),
    ...(priority && { priority: { name: priority } }),
    ...(parent && { parent: { key: parent } }),
    ...otherFields,
  };
}

async function describing<T>(problem: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const text = `[Action][Jira]: ${problem}. Error: ${messageOf(error)}. Reason: ${reasonOf(error)}`;
    throw new ExecutorFailure(text, failedStatus(error) === 429 ? 'user' : 'framework', error);
  }
}

function reasonOf(error: unknown): string {
  const body = failedBody(error);
  if (body === undefined) return 'unknown: errorResponse was null';
  const { errorMessages = [], errors } = refusal.safeParse(body).data ?? {};
  if (errorMessages.length > 0) return errorMessages.join(', ');
  return errors === undefined ? 'unknown: errorResponse.errors was null' : Object.values(errors).join(' ');
}
