import * as z from 'zod';
import type { JsonObject } from '../../json/merge.ts';
import * as schema from '../../validation/config-schema.ts';
import { defineConnectorType } from '../connector-type.ts';
import type { Outbound } from '../http.ts';
import {
  callService,
  failedBody,
  failedStatus,
  readService,
  requireAllowedService,
  segment,
  withoutTrailingSlash,
} from '../json-service.ts';
import { messageOf, nullable } from '../validation.ts';

const mapping = nullable(schema.object({ id: z.string(), key: z.string(), name: z.string(), fieldType: z.string() }));

const config = schema.object({
  apiUrl: z.string(),
  appId: z.string(),
  connectorType: z.enum(['all', 'alerts', 'cases']),
  mappings: schema.object({
    ruleNameConfig: mapping,
    alertIdConfig: mapping,
    caseIdConfig: mapping,
    caseNameConfig: mapping,
    commentsConfig: mapping,
    severityConfig: mapping,
    descriptionConfig: mapping,
  }),
});
type Config = z.output<typeof config>;

const incident = schema.object({
  alertId: nullable(z.string()),
  ruleName: nullable(z.string()),
  caseId: nullable(z.string()),
  caseName: nullable(z.string()),
  severity: nullable(z.string()),
  description: nullable(z.string()),
  externalId: nullable(z.string()),
});
type Incident = z.output<typeof incident>;

const params = schema.object({
  subAction: z.literal('pushToService'),
  subActionParams: schema.object({
    incident,
    // Kibana's documentation shows a number, its schema asks for a text: both are fine, and come back as they were.
    comments: nullable(
      schema.array(schema.object({ comment: z.string(), commentId: z.union([z.string(), z.number()]) })),
    ),
  }),
});

const createdRecord = z.object({ id: z.string(), name: z.string(), createdDate: z.string() });
const changedRecord = z.object({ id: z.string(), name: z.string(), modifiedDate: z.string() });
const refusal = z.object({ ErrorCode: z.union([z.string(), z.number()]), Argument: z.unknown().optional() });

/** Creates and updates records in Swimlane. */
export const swimlane = defineConnectorType({
  id: '.swimlane',
  name: 'Swimlane',
  minimumLicense: 'gold',
  supportedFeatureIds: ['alerting', 'cases', 'siem'],
  config,
  secrets: schema.object({ apiToken: z.string() }),
  params,
  checkConfig: ({ apiUrl }) => requireAllowedService(apiUrl),
  execute: async ({ config, secrets, params: { subActionParams } }, { now, outbound }) => {
    const service = swimlaneService(config, secrets.apiToken, outbound);
    const { incident, comments } = subActionParams;
    const { externalId } = incident;
    const record = externalId === null ? await service.create(incident) : await service.update(externalId, incident);
    if (comments === null || comments.length === 0) return { status: 'ok', data: record };
    const pushedDate = now.toISOString();
    for (const { comment } of comments) await service.comment(record.id, comment, pushedDate);
    const added = comments.map(({ commentId }) => ({ commentId, pushedDate }));
    return { status: 'ok', data: { ...record, comments: added } };
  },
});

function swimlaneService({ apiUrl, appId, mappings }: Config, apiToken: string, outbound: Outbound) {
  const base = withoutTrailingSlash(apiUrl);
  const app = segment(appId);
  const records = `${base.endsWith('/api') ? base : `${base}/api`}/app/${app}/record`;
  const headers = { 'private-token': apiToken };
  const view = (id: string) => `${base}/record/${app}/${segment(id)}`;
  const describing = async <T>(problem: string, run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      const status = failedStatus(error) ?? 500;
      throw new Error(
        `[Action][Swimlane]: ${problem} in application with id ${appId}. Status: ${status}. Error: ${messageOf(error)}. Reason: ${reasonOf(error)}`,
        { cause: error },
      );
    }
  };
  return {
    create: (incident: Incident) =>
      describing('Unable to create record', async () => {
        const body = { applicationId: appId, values: valuesOf(mappings, incident) };
        const record = await readService({ method: 'POST', url: records, headers, body }, createdRecord, outbound);
        return { id: record.id, title: record.name, url: view(record.id), pushedDate: isoDate(record.createdDate) };
      }),
    update: (id: string, incident: Incident) =>
      describing('Unable to update record', async () => {
        const body = { applicationId: appId, id, values: valuesOf(mappings, incident) };
        const url = `${records}/${segment(id)}`;
        const record = await readService({ method: 'PATCH', url, headers, body }, changedRecord, outbound);
        return { id: record.id, title: record.name, url: view(id), pushedDate: isoDate(record.modifiedDate) };
      }),
    comment: (id: string, message: string, createdDate: string) =>
      describing('Unable to create comment', async () => {
        const fieldId = mappings.commentsConfig?.id;
        if (fieldId === undefined) throw new Error('No comment field mapped in Swimlane connector');
        const url = `${records}/${segment(id)}/${segment(fieldId)}/comment`;
        const body = { createdDate, fieldId, isRichText: true, message };
        await callService({ method: 'POST', url, headers, body }, outbound);
      }),
  };
}

/** The values of a record, by the ids of the fields that they are mapped to. */
function valuesOf(mappings: Config['mappings'], incident: Incident): JsonObject {
  const pairs = [
    [mappings.ruleNameConfig, incident.ruleName],
    [mappings.alertIdConfig, incident.alertId],
    [mappings.caseIdConfig, incident.caseId],
    [mappings.caseNameConfig, incident.caseName],
    [mappings.severityConfig, incident.severity],
    [mappings.descriptionConfig, incident.description],
  ] as const;
  return Object.fromEntries(
    pairs.flatMap(([field, value]) => (field && value ? [[field.id, valueAs(field.fieldType, value)]] : [])),
  );
}

/** A numeric field cannot hold what is no number. */
function valueAs(fieldType: string, value: string): string | number {
  if (fieldType !== 'numeric') return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : 0;
}

function isoDate(text: string): string {
  return new Date(text).toISOString();
}

function reasonOf(error: unknown): string {
  const { data } = refusal.safeParse(failedBody(error));
  return data === undefined || data.Argument == null ? 'unknown' : `${data.Argument} (${data.ErrorCode})`;
}
