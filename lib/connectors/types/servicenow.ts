import * as z from 'zod';
import * as schema from '../../validation/config-schema.ts';
import { type ConnectorType, defineConnectorType } from '../connector-type.ts';
import { requireAllowedService } from '../json-service.ts';
import {
  type Observable,
  type ServiceNowService,
  type ServiceNowTable,
  serviceNowService,
} from '../servicenow-service.ts';
import { anyRecord, branch, nullable } from '../validation.ts';

const config = schema.object({
  apiUrl: z.string(),
  isOAuth: schema.boolean().default(false),
  userIdentifierValue: nullable(z.string()),
  clientId: nullable(z.string()),
  jwtKeyId: nullable(z.string()),
  usesTableApi: schema.boolean().default(true),
});
export type ServiceNowConfig = z.output<typeof config>;

const secrets = schema.object({
  password: nullable(z.string()),
  username: nullable(z.string()),
  clientSecret: nullable(z.string()),
  privateKey: nullable(z.string()),
  privateKeyPassword: nullable(z.string()),
});
export type ServiceNowSecrets = z.output<typeof secrets>;

const MAX_ADDITIONAL_FIELDS = 20;

const commonIncident = {
  short_description: z.string(),
  description: nullable(z.string()),
  externalId: nullable(z.string()),
  category: nullable(z.string()),
  subcategory: nullable(z.string()),
  correlation_id: nullable(z.string()),
  correlation_display: nullable(z.string()),
  additional_fields: nullable(
    anyRecord.refine((fields) => Object.keys(fields).length <= MAX_ADDITIONAL_FIELDS, {
      error: `A maximum of ${MAX_ADDITIONAL_FIELDS} fields in additional_fields can be updated at a time.`,
    }),
  ),
};
const itsmIncident = schema.object({
  ...commonIncident,
  severity: nullable(z.string()),
  urgency: nullable(z.string()),
  impact: nullable(z.string()),
});
const oneOrMany = z.union([branch(z.string()), branch(schema.array(z.string())), z.literal(null)]).default(null);
const sirIncident = schema.object({
  ...commonIncident,
  dest_ip: oneOrMany,
  malware_hash: oneOrMany,
  malware_url: oneOrMany,
  source_ip: oneOrMany,
  priority: nullable(z.string()),
});
const comments = nullable(schema.array(schema.object({ comment: z.string(), commentId: z.string() })));

const getFields = schema.object({ subAction: z.literal('getFields'), subActionParams: schema.object({}) });
const getIncident = schema.object({
  subAction: z.literal('getIncident'),
  subActionParams: schema.object({ externalId: z.string() }),
});
const handshake = schema.object({ subAction: z.literal('handshake'), subActionParams: schema.object({}) });
const getChoices = schema.object({
  subAction: z.literal('getChoices'),
  subActionParams: schema.object({ fields: schema.array(z.string()) }),
});
const closeIncident = schema.object({
  subAction: z.literal('closeIncident'),
  subActionParams: schema.object({
    incident: schema.object({
      externalId: nullable(z.string()),
      correlation_id: nullable(z.string()),
    }),
  }),
});
// Kibana names the branches by their position, so the order is part of the texts.
const itsmParams = z.union([
  branch(getFields),
  branch(getIncident),
  branch(handshake),
  branch(
    schema.object({
      subAction: z.literal('pushToService'),
      subActionParams: schema.object({ incident: itsmIncident, comments }),
    }),
  ),
  branch(getChoices),
  branch(closeIncident),
]);
const sirParams = z.union([
  branch(getFields),
  branch(getIncident),
  branch(handshake),
  branch(
    schema.object({
      subAction: z.literal('pushToService'),
      subActionParams: schema.object({ incident: sirIncident, comments }),
    }),
  ),
  branch(getChoices),
]);
type Params = z.output<typeof itsmParams> | z.output<typeof sirParams>;
type Comments = z.output<typeof comments>;
type Incident = z.output<typeof itsmIncident> | SecurityIncident;
type SecurityIncident = z.output<typeof sirIncident>;

/** Incidents of ServiceNow's IT service management. */
export const serviceNowItsm = serviceNowType(
  '.servicenow',
  'ServiceNow ITSM',
  ['alerting', 'cases', 'uptime', 'siem'],
  itsmParams,
  {
    table: 'incident',
    importSetTable: 'x_elas2_inc_int_elastic_incident',
    appScope: 'x_elas2_inc_int',
  },
);

/** Incidents of ServiceNow's security operations. */
export const serviceNowSir = serviceNowType(
  '.servicenow-sir',
  'ServiceNow SecOps',
  ['alerting', 'cases', 'siem'],
  sirParams,
  {
    table: 'sn_si_incident',
    importSetTable: 'x_elas2_sir_int_elastic_si_incident',
    appScope: 'x_elas2_sir_int',
  },
);

function serviceNowType(
  id: string,
  name: string,
  supportedFeatureIds: ConnectorType['supportedFeatureIds'],
  params: z.ZodType<Params>,
  table: ServiceNowTable,
): ConnectorType {
  return defineConnectorType({
    id,
    name,
    minimumLicense: 'platinum',
    supportedFeatureIds,
    isDeprecated: ({ usesTableApi }) => usesTableApi === true,
    config,
    secrets,
    params,
    checkConfig,
    checkSecrets,
    checkConnector,
    execute: async (input, { now, outbound }) => {
      const service = serviceNowService(input.config, input.secrets, table, { now, outbound });
      const data = await run(input.params, service, { ...input.config, ...input.secrets });
      return { status: 'ok', data: data ?? {} };
    },
  });
}

type Settings = Pick<ServiceNowConfig, 'usesTableApi'> & Pick<ServiceNowSecrets, 'username'>;

async function run(params: Params, service: ServiceNowService, settings: Settings): Promise<unknown> {
  switch (params.subAction) {
    case 'getFields':
      return service.fields();
    case 'getIncident':
      await service.incident(params.subActionParams.externalId);
      return {};
    case 'handshake':
      throw new Error('[Action][ExternalService] subAction handshake not implemented.');
    case 'getChoices':
      return service.choices(params.subActionParams.fields);
    case 'closeIncident': {
      const { externalId, correlation_id } = params.subActionParams.incident;
      return service.close(externalId, correlation_id);
    }
    case 'pushToService': {
      const { incident, comments } = params.subActionParams;
      return 'dest_ip' in incident
        ? pushSecurity(incident, comments, service, settings)
        : pushIncident(incident, comments, service, settings);
    }
  }
}

/** The table takes observables as text; the application takes them in a call of their own. */
async function pushSecurity(
  incident: SecurityIncident,
  comments: Comments,
  service: ServiceNowService,
  settings: Settings,
) {
  const { dest_ip, malware_hash, malware_url, source_ip } = incident;
  const inTable = (values: string | string[] | null) => (settings.usesTableApi ? joined(values) : null);
  const fields = {
    dest_ip: inTable(dest_ip),
    malware_hash: inTable(malware_hash),
    malware_url: inTable(malware_url),
    source_ip: inTable(source_ip),
  };
  const pushed = await pushIncident({ ...incident, ...fields }, comments, service, settings);
  const observables = [
    ...observablesOf('ipv4-addr', dest_ip, source_ip),
    ...observablesOf('SHA256', malware_hash),
    ...observablesOf('URL', malware_url),
  ];
  if (!settings.usesTableApi && observables.length > 0) await service.addObservables(pushed.id, observables);
  return pushed;
}

function joined(values: string | string[] | null): string | null {
  return Array.isArray(values) ? values.join(',') : values;
}

/** Each value once; a text may hold several. */
function observablesOf(type: Observable['type'], ...fields: (string | string[] | null)[]): Observable[] {
  const values = fields.flatMap((field) => (typeof field === 'string' ? field.split(/[ ,|\r\n\t]+/) : (field ?? [])));
  return [...new Set(values)].filter((value) => value !== '').map((value) => ({ value, type }));
}

async function pushIncident(
  { externalId, ...fields }: Incident,
  comments: Comments,
  service: ServiceNowService,
  { username }: Settings,
) {
  const pushed =
    externalId === null
      ? await service.create({ ...fields, caller_id: username, opened_by: username })
      : await service.update(externalId, fields);
  if (comments === null || comments.length === 0) return pushed;
  // A comment is one more update of the incident.
  for (const { comment } of comments) await service.update(pushed.id, { ...fields, work_notes: comment });
  return { ...pushed, comments: comments.map(({ commentId }) => ({ commentId, pushedDate: pushed.pushedDate })) };
}

const oauthFields = ['userIdentifierValue', 'clientId', 'jwtKeyId'] as const;

function checkConfig(config: ServiceNowConfig): void {
  requireAllowedService(config.apiUrl);
  const missing = config.isOAuth ? oauthFields.find((name) => config[name] === null) : undefined;
  if (missing !== undefined) throw new Error(`${missing} must be provided when isOAuth = true`);
}

function checkSecrets({ username, password, clientSecret, privateKey }: ServiceNowSecrets): void {
  if (!username && !password && !clientSecret && !privateKey) {
    throw new Error('Either basic auth or OAuth credentials must be specified');
  }
  if (username || password) {
    if (!username || !password) throw new Error('username and password must both be specified');
  } else if (!clientSecret || !privateKey) {
    throw new Error('clientSecret and privateKey must both be specified');
  }
}

function checkConnector(config: ServiceNowConfig, secrets: ServiceNowSecrets): void {
  const { isOAuth } = config;
  const needed = isOAuth ? (['clientSecret', 'privateKey'] as const) : (['username', 'password'] as const);
  const missing = needed.find((name) => secrets[name] === null);
  if (missing !== undefined) throw new Error(`${missing} must be provided when isOAuth = ${isOAuth}`);
  if (isOAuth && (secrets.username || secrets.password)) {
    throw new Error('Username and password should not be provided with isOAuth = true');
  }
  if (!isOAuth && (secrets.clientSecret || secrets.privateKey || oauthFields.some((name) => config[name]))) {
    throw new Error(
      'clientId, clientSecret, userIdentifierValue, jwtKeyId and privateKey should not be provided with isOAuth = false',
    );
  }
}
