import wellKnown from 'nodemailer/lib/well-known';
import * as z from 'zod';
import * as schema from '../../validation/config-schema.ts';
import { type ConnectorType, defineConnectorType } from '../connector-type.ts';
import type { Outbound } from '../http.ts';
import { callService, segment } from '../json-service.ts';
import { accessToken } from '../oauth.ts';
import { ensureHostnameAllowed, ensureUriAllowed } from '../outbound-policy.ts';
import { type SmtpServer, sendMail } from '../smtp.ts';
import { messageOf, nullable } from '../validation.ts';

/** The service whose host and port the user names. */
const OTHER = 'other';
const EXCHANGE = 'exchange_server';
const SMTPS_PORT = 465;
const NO_RECIPIENTS = 'no [to], [cc], or [bcc] entries';
const FOOTER = '\n\n---\n\nThis message was sent by Elastic.';

const port = z.number().min(1).max(65_535);
const config = schema.object({
  service: z.string().default(OTHER),
  host: nullable(z.string()),
  port: nullable(schema.number(port)),
  secure: nullable(schema.boolean()),
  from: z.string(),
  hasAuth: schema.boolean().default(true),
  tenantId: nullable(z.string()),
  clientId: nullable(z.string()),
  oauthTokenUrl: nullable(z.string()),
});
type Config = z.output<typeof config>;

const secrets = schema.object({
  user: nullable(z.string()),
  password: nullable(z.string()),
  clientSecret: nullable(z.string()),
});
type Secrets = z.output<typeof secrets>;

const params = schema
  .object({
    to: schema.array(z.string()).default([]),
    cc: schema.array(z.string()).default([]),
    bcc: schema.array(z.string()).default([]),
    subject: z.string(),
    message: z.string(),
    messageHTML: nullable(z.string()),
    kibanaFooterLink: schema
      .object({ path: z.string().default('/'), text: z.string().default('Go to Elastic') })
      .default({ path: '/', text: 'Go to Elastic' }),
  })
  .refine(({ to, cc, bcc }) => to.length + cc.length + bcc.length > 0, { error: NO_RECIPIENTS });
type Params = z.output<typeof params>;

/** Microsoft's addresses; others for tests. */
export type Microsoft = { loginUrl: string; graphUrl: string };
const microsoft: Microsoft = {
  loginUrl: 'https://login.microsoftonline.com',
  graphUrl: 'https://graph.microsoft.com/v1.0',
};

/** Sends mail, by SMTP or through Microsoft Graph. */
export function emailThrough({ loginUrl, graphUrl }: Microsoft): ConnectorType {
  return defineConnectorType({
    id: '.email',
    name: 'Email',
    minimumLicense: 'gold',
    supportedFeatureIds: ['alerting', 'uptime', 'siem'],
    config,
    secrets,
    params,
    checkConfig,
    checkConnector,
    execute: async ({ config, secrets, params }, { outbound }) => {
      if (params.messageHTML !== null) {
        return { status: 'error', message: 'HTML email can only be sent via notifications' };
      }
      try {
        const data =
          config.service === EXCHANGE
            ? await sendThroughGraph({ config, secrets, params }, { loginUrl, graphUrl }, outbound)
            : await sendBySmtp({ config, secrets, params }, outbound);
        return { status: 'ok', data };
      } catch (error) {
        return { status: 'error', message: 'error sending email', serviceMessage: messageOf(error) };
      }
    },
  });
}

export const email = emailThrough(microsoft);

type Input = { config: Config; secrets: Secrets; params: Params };

async function sendBySmtp({ config, secrets, params }: Input, outbound: Outbound) {
  const { to, cc, bcc, subject, message } = params;
  const mail = { from: config.from, to, cc, bcc, subject, text: `${message}${FOOTER}` };
  const sent = await sendMail(serverOf(config, secrets), mail, outbound);
  const { accepted, rejected, response, envelope, messageId } = sent;
  return { accepted, rejected, response, envelope, messageId };
}

function serverOf({ service, host, port, secure, hasAuth }: Config, { user, password }: Secrets): SmtpServer {
  const known = service === OTHER ? undefined : serviceOf(service);
  const usedPort = Number(known?.port ?? port ?? 25);
  return {
    host: known?.host ?? host ?? '',
    port: usedPort,
    secure: known?.secure ?? secure ?? usedPort === SMTPS_PORT,
    requireTls: known?.requireTLS ?? false,
    auth: hasAuth && user !== null && password !== null ? { user, pass: password } : undefined,
  };
}

async function sendThroughGraph(
  { config, secrets, params }: Input,
  { loginUrl, graphUrl }: Microsoft,
  outbound: Outbound,
) {
  const tokenUrl = config.oauthTokenUrl ?? `${loginUrl}/${segment(config.tenantId ?? '')}/oauth2/v2.0/token`;
  const form = {
    grant_type: 'client_credentials',
    client_id: config.clientId ?? '',
    client_secret: secrets.clientSecret ?? '',
    scope: 'https://graph.microsoft.com/.default',
  };
  const headers = { authorization: await accessToken(tokenUrl, form, outbound) };
  const addressed = (addresses: readonly string[]) => addresses.map((address) => ({ emailAddress: { address } }));
  const body = {
    message: {
      subject: params.subject,
      body: { contentType: 'Text', content: `${params.message}${FOOTER}` },
      toRecipients: addressed(params.to),
      ccRecipients: addressed(params.cc),
      bccRecipients: addressed(params.bcc),
    },
  };
  const url = `${graphUrl}/users/${segment(config.from)}/sendMail`;
  const { status, statusText } = await callService({ method: 'POST', url, headers, body }, outbound);
  return { status, statusText };
}

function serviceOf(service: string) {
  return wellKnown(service) || undefined;
}

function checkConfig({ service, host, port, clientId, tenantId, oauthTokenUrl }: Config): void {
  if (oauthTokenUrl !== null) ensureTokenUrlAllowed(oauthTokenUrl);
  if (service === EXCHANGE) {
    if (clientId === null && tenantId === null) throw new Error('[clientId]/[tenantId] is required');
    if (clientId === null) throw new Error('[clientId] is required');
    if (tenantId === null) throw new Error('[tenantId] is required');
  } else if (service === OTHER) {
    if (host === null && port === null) throw new Error('[host]/[port] is required');
    if (host === null) throw new Error('[host] is required');
    if (port === null) throw new Error('[port] is required');
    if (!isHost(host) || !mayReach(host)) {
      throw new Error(`[host] value '${host}' is not in the allowedHosts configuration`);
    }
  } else {
    const known = serviceOf(service)?.host;
    if (known === undefined) throw new Error(`[service] value '${service}' is not valid`);
    if (!mayReach(known)) {
      throw new Error(
        `[service] value '${service}' resolves to host '${known}' which is not in the allowedHosts configuration`,
      );
    }
  }
}

/** A host name or an address as URLs write it: nothing that a resolver would read as another notation of an address. */
function isHost(host: string): boolean {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return URL.parse(`http://${bracketed}`)?.hostname === bracketed.toLowerCase();
}

function mayReach(host: string): boolean {
  try {
    ensureHostnameAllowed(host);
    return true;
  } catch {
    return false;
  }
}

function ensureTokenUrlAllowed(url: string): void {
  try {
    ensureUriAllowed(url);
  } catch {
    throw new Error(`[oauthTokenUrl]: host name value for '${url}' is not in the allowedHosts configuration`);
  }
}

function checkConnector({ service, hasAuth }: Config, { user, password, clientSecret }: Secrets): void {
  if (service === EXCHANGE) {
    if (clientSecret === null) throw new Error('[clientSecret] is required');
  } else if (hasAuth) {
    if (user === null) throw new Error('[user] is required');
    if (password === null) throw new Error('[password] is required');
  }
}
