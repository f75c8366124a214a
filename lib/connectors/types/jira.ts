import * as z from 'zod';
import * as schema from '../../validation/config-schema.ts';
import { defineConnectorType } from '../connector-type.ts';
import { type JiraService, jiraService } from '../jira-service.ts';
import { requireAllowedService } from '../json-service.ts';
import { branch, nullable } from '../validation.ts';

const MAX_OTHER_FIELDS = 20;

const incidentFields = {
  summary: z.string(),
  description: nullable(z.string()),
  externalId: nullable(z.string()),
  issueType: nullable(z.string()),
  priority: nullable(z.string()),
  labels: nullable(
    schema.array(
      z.string().refine((label) => !/\s/.test(label), {
        error: ({ input }) => `The label ${input} cannot contain spaces`,
      }),
    ),
  ),
  parent: nullable(z.string()),
};

const otherFields = schema
  .record(
    z.string().refine((name) => !Object.hasOwn(incidentFields, name), {
      error: ({ input }) => `The following properties cannot be defined inside otherFields: ${input}.`,
    }),
    z.unknown(),
  )
  .refine((fields) => Object.keys(fields).length <= MAX_OTHER_FIELDS, {
    error: `A maximum of ${MAX_OTHER_FIELDS} fields in otherFields can be updated at a time.`,
  });

const noParams = schema.object({});
// Kibana names the branches by their position, so the order is part of the texts.
const params = z.union([
  branch(schema.object({ subAction: z.literal('getFields'), subActionParams: noParams })),
  branch(
    schema.object({ subAction: z.literal('getIncident'), subActionParams: schema.object({ externalId: z.string() }) }),
  ),
  branch(schema.object({ subAction: z.literal('handshake'), subActionParams: noParams })),
  branch(
    schema.object({
      subAction: z.literal('pushToService'),
      subActionParams: schema.object({
        incident: schema.object({ ...incidentFields, otherFields: nullable(otherFields) }),
        comments: nullable(schema.array(schema.object({ comment: z.string(), commentId: z.string() }))),
      }),
    }),
  ),
  branch(schema.object({ subAction: z.literal('issueTypes'), subActionParams: noParams })),
  branch(
    schema.object({ subAction: z.literal('fieldsByIssueType'), subActionParams: schema.object({ id: z.string() }) }),
  ),
  branch(schema.object({ subAction: z.literal('issues'), subActionParams: schema.object({ title: z.string() }) })),
  branch(schema.object({ subAction: z.literal('issue'), subActionParams: schema.object({ id: z.string() }) })),
]);
type Params = z.output<typeof params>;
type Push = Extract<Params, { subAction: 'pushToService' }>['subActionParams'];

/** Creates and updates issues in Jira, and reads what its forms need. */
export const jira = defineConnectorType({
  id: '.jira',
  name: 'Jira',
  minimumLicense: 'gold',
  supportedFeatureIds: ['alerting', 'cases', 'uptime', 'siem'],
  config: schema.object({ apiUrl: z.string(), projectKey: z.string() }),
  secrets: schema.object({ email: z.string(), apiToken: z.string() }),
  params,
  checkConfig: ({ apiUrl }) => requireAllowedService(apiUrl),
  execute: async ({ config, secrets, params }, { outbound }) => ({
    status: 'ok',
    data: await run(params, jiraService(config, secrets, outbound)),
  }),
});

async function run({ subAction, subActionParams }: Params, service: JiraService): Promise<unknown> {
  switch (subAction) {
    case 'getFields':
      return service.commonFields();
    case 'getIncident':
      await service.incident(subActionParams.externalId);
      return {};
    case 'handshake':
      throw new Error('[Action][ExternalService] subAction handshake not implemented.');
    case 'pushToService':
      return push(subActionParams, service);
    case 'issueTypes':
      return service.issueTypes();
    case 'fieldsByIssueType':
      return service.fieldsOf(subActionParams.id);
    case 'issues':
      return service.issuesAbout(subActionParams.title);
    case 'issue':
      return service.issue(subActionParams.id);
  }
}

async function push({ incident, comments }: Push, service: JiraService) {
  const { externalId, ...fields } = incident;
  const pushed = externalId === null ? await service.create(fields) : await service.update(externalId, fields);
  if (comments === null || comments.length === 0) return pushed;
  const added = [];
  for (const { comment, commentId } of comments) {
    // An empty comment would be refused, and with it all that follow.
    if (comment !== '') added.push({ commentId, pushedDate: await service.comment(pushed.id, comment) });
  }
  return { ...pushed, comments: added };
}
