import * as z from 'zod';
import * as schema from '../../validation/config-schema.ts';
import { casesWebhookService } from '../cases-webhook-service.ts';
import { defineConnectorType } from '../connector-type.ts';
import { ensureUriAllowed } from '../outbound-policy.ts';
import { messageOf, nullable } from '../validation.ts';
import { authConfig, authSecrets, checkAuth, usesOAuth } from '../webhook-auth.ts';

const config = schema.object({
  createIncidentUrl: z.string(),
  createIncidentMethod: z.enum(['post', 'put']).default('post'),
  createIncidentJson: z.string(),
  createIncidentResponseKey: z.string(),
  getIncidentMethod: z.enum(['get', 'post']).default('get'),
  getIncidentUrl: z.string(),
  getIncidentJson: nullable(z.string()),
  getIncidentResponseExternalTitleKey: z.string(),
  viewIncidentUrl: z.string(),
  updateIncidentUrl: z.string(),
  updateIncidentMethod: z.enum(['post', 'patch', 'put']).default('put'),
  updateIncidentJson: z.string(),
  createCommentUrl: nullable(z.string()),
  createCommentMethod: z.union([z.enum(['post', 'put', 'patch']), z.literal(null)]).default('put'),
  createCommentJson: nullable(z.string()),
  ...authConfig,
});
export type CasesWebhookConfig = z.output<typeof config>;

const incident = schema.object({
  title: z.string(),
  description: nullable(z.string()),
  id: nullable(z.string()),
  severity: nullable(z.string()),
  status: nullable(z.string()),
  externalId: nullable(z.string()),
  tags: nullable(schema.array(z.string())),
});
export type CasesWebhookIncident = z.output<typeof incident>;

/** Creates and updates cases in a system that the user describes by URLs and JSON templates. */
export const casesWebhook = defineConnectorType({
  id: '.cases-webhook',
  name: 'Webhook - Case Management',
  minimumLicense: 'gold',
  supportedFeatureIds: ['cases'],
  config,
  secrets: authSecrets,
  params: schema.object({
    subAction: z.literal('pushToService'),
    subActionParams: schema.object({
      incident,
      comments: nullable(schema.array(schema.object({ comment: z.string(), commentId: z.string() }))),
    }),
  }),
  checkConfig,
  checkConnector: ({ hasAuth }, secrets) => {
    if (hasAuth && Object.values(secrets).every((secret) => secret === null)) {
      throw new Error(
        'must specify one of the following schemas: user and password; crt and key (with optional password); or pfx (with optional password)',
      );
    }
  },
  execute: async ({ config, secrets, params: { subActionParams } }, { now, outbound }) => {
    const service = await casesWebhookService(config, secrets, { now, outbound });
    const { externalId, ...incident } = subActionParams.incident;
    const pushed = externalId === null ? await service.create(incident) : await service.update(externalId, incident);
    const comments = subActionParams.comments ?? [];
    if (comments.length === 0) return { status: 'ok', data: pushed };
    const written = comments.filter(({ comment }) => comment !== '');
    for (const { comment } of written) await service.comment(pushed.id, comment);
    const listed = written.map(({ commentId }) => ({ commentId, pushedDate: pushed.pushedDate }));
    return { status: 'ok', data: { ...pushed, comments: listed } };
  },
});

function checkConfig(config: CasesWebhookConfig): void {
  const prefix = 'error configuring cases webhook action: ';
  const { createIncidentUrl, createCommentUrl, viewIncidentUrl, getIncidentUrl, updateIncidentUrl } = config;
  for (const url of [createIncidentUrl, createCommentUrl, viewIncidentUrl, getIncidentUrl, updateIncidentUrl]) {
    if (!url) continue;
    if (!URL.canParse(url)) throw new Error(`${prefix}unable to parse url ${url}: TypeError: Invalid URL`);
    allow(url, prefix);
  }
  if (usesOAuth(config) && config.accessTokenUrl && URL.canParse(config.accessTokenUrl)) {
    allow(config.accessTokenUrl, prefix);
  }
  checkAuth(config);
}

function allow(url: string, prefix: string): void {
  try {
    ensureUriAllowed(url);
  } catch (error) {
    throw new Error(`${prefix}${messageOf(error)}`);
  }
}
