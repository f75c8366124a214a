import * as z from 'zod';
import type { JsonObject } from '../json/merge.ts';
import { ExecutorFailure } from './connector-type.ts';
import type { Outbound } from './http.ts';
import { basicAuth, callService, failedBody, failedStatus, segment, withoutTrailingSlash } from './json-service.ts';
import { accessToken, signedAssertion } from './oauth.ts';
import type { ServiceNowConfig, ServiceNowSecrets } from './types/servicenow.ts';
import { messageOf } from './validation.ts';

/** Where a kind of incident lies, and the application that imports them. */
export type ServiceNowTable = { table: string; importSetTable: string; appScope: string };

/** Something seen in an attack. */
export type Observable = { value: string; type: 'ipv4-addr' | 'SHA256' | 'URL' };

const result = z.object({ result: z.unknown().optional() });
const resultList = z.array(z.unknown());
const incident = z.looseObject({
  sys_id: z.string(),
  number: z.unknown().optional(),
  state: z.unknown().optional(),
  sys_created_on: z.string().optional(),
  sys_updated_on: z.string().optional(),
});
const imported = z.array(
  z.looseObject({ sys_id: z.string().optional(), status: z.string().optional(), error_message: z.string().optional() }),
);
const refusal = z.object({
  error: z.object({ message: z.string().nullish(), detail: z.string().nullish() }).nullish(),
});

/** ServiceNow's state of a closed incident. */
const CLOSED = '7';

export type ServiceNowService = ReturnType<typeof serviceNowService>;

/** The calls to one ServiceNow instance. Each throws an error that says what was not possible, and the reason. */
export function serviceNowService(
  config: ServiceNowConfig,
  secrets: ServiceNowSecrets,
  { table, importSetTable, appScope }: ServiceNowTable,
  { now, outbound }: { now: Date; outbound: Outbound },
) {
  const base = withoutTrailingSlash(config.apiUrl);
  const tableUrl = `${base}/api/now/v2/table/${table}`;
  const writeUrl = config.usesTableApi ? tableUrl : `${base}/api/now/import/${importSetTable}`;
  let authorization: Promise<string> | undefined;

  const call = async (method: string, url: string, body?: unknown): Promise<unknown> => {
    authorization ??= authorizationOf(base, config, secrets, { now, outbound });
    const headers = { authorization: await authorization };
    const { data } = await callService({ method, url, headers, ...(body !== undefined && { body }) }, outbound);
    const answer = result.safeParse(data).data?.result;
    if (answer == null) {
      throw new Error(`There is an issue with your Service Now Instance. Please check ${new URL(base).hostname}.`);
    }
    return answer;
  };

  const read = (id: string) =>
    describing(`Unable to get incident with id ${id}`, async () => {
      if (id.trim() === '') throw new Error('Incident id is empty.');
      return expected(incident, await call('GET', `${tableUrl}/${segment(id)}`));
    });

  const pushed = (found: z.output<typeof incident>, dateField: 'sys_created_on' | 'sys_updated_on') => ({
    title: found.number,
    id: found.sys_id,
    pushedDate: dateOf(found[dateField], now),
    url: `${base}/nav_to.do?uri=${table}.do?sys_id=${found.sys_id}`,
  });

  const requireApplication = () =>
    describing('Unable to get application version', () => call('GET', `${base}/api/${appScope}/elastic_api/health`));

  /** Writes through the application's import set, or to the table itself; gives the id of the incident. */
  const write = async (method: 'POST' | 'PATCH', url: string, fields: JsonObject, id?: string): Promise<string> => {
    if (config.usesTableApi) {
      const { additional_fields, ...plain } = fields;
      if (additional_fields) {
        throw new Error('ServiceNow additional fields are not supported for deprecated connectors.');
      }
      return expected(incident, await call(method, url, plain)).sys_id;
    }
    await requireApplication();
    const [first] = expected(imported, await call('POST', writeUrl, importOf(fields, id)));
    if (first === undefined) throw new Error('Unexpected result');
    if (first.status === 'error') throw new Error(first.error_message);
    return first.sys_id ?? '';
  };

  const update = (id: string, fields: JsonObject) =>
    describing(`Unable to update incident with id ${id}`, async () => {
      const sysId = await write('PATCH', `${tableUrl}/${segment(id)}`, fields, id);
      return pushed(await read(sysId), 'sys_updated_on');
    });

  const find = (correlationId: string) =>
    describing(`Unable to get incident by correlation ID ${correlationId}`, async () => {
      if (correlationId.trim() === '') throw new Error('Correlation ID is empty.');
      const query = `ORDERBYDESCsys_created_on^correlation_id=${queryValue(correlationId)}`;
      const [first] = expected(resultList, await call('GET', `${tableUrl}?sysparm_query=${query}`));
      return first === undefined ? undefined : expected(incident, first);
    });

  return {
    incident: read,
    update,

    create: (fields: JsonObject) =>
      describing('Unable to create incident', async () =>
        pushed(await read(await write('POST', writeUrl, fields)), 'sys_created_on'),
      ),

    /** Adds observables to a security incident, through the application. */
    addObservables: (id: string, observables: readonly Observable[]) =>
      describing(`Unable to add observables to security incident with id ${id}`, async () => {
        await requireApplication();
        await call('POST', `${base}/api/${appScope}/elastic_api/incident/${segment(id)}/observables/bulk`, observables);
      }),

    fields: () =>
      describing('Unable to get fields', () =>
        call(
          'GET',
          `${base}/api/now/table/sys_dictionary?sysparm_query=name=task^ORname=${table}^internal_type=string&active=true&array=false&read_only=false&sysparm_fields=max_length,element,column_label,mandatory`,
        ),
      ),

    choices: (fields: readonly string[]) =>
      describing('Unable to get choices', () => {
        const elements = fields.map((field) => `element=${queryValue(field)}`).join('^OR');
        return call(
          'GET',
          `${base}/api/now/table/sys_choice?sysparm_query=name=task^ORname=${table}^${elements}^language=en&sysparm_fields=label,value,dependent_value,element`,
        );
      }),

    /** Closes an incident, found by its id or else by its correlation id; undefined when there is none. */
    close: (id: string | null, correlationId: string | null) =>
      describing('Unable to close incident', async () => {
        if (id === null && correlationId === null) throw new Error('No correlationId or incidentId found.');
        return unlessMissing(async () => {
          const found = id ? await read(id) : correlationId ? await find(correlationId) : undefined;
          if (found === undefined) return undefined;
          if (found.state === CLOSED) return pushed(found, 'sys_updated_on');
          return update(found.sys_id, {
            state: CLOSED,
            close_code: 'Closed/Resolved by Caller',
            close_notes: 'Closed by Caller',
          });
        });
      }),
  };
}

function expected<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new Error('Unexpected result');
  return parsed.data;
}

/** What steps come to; undefined when one of them was answered 404. */
async function unlessMissing<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (failedStatus(firstFailure(error)) === 404) return undefined;
    throw error;
  }
}

/** What a step failed with is also why the whole failed. */
function firstFailure(error: unknown): unknown {
  return error instanceof ExecutorFailure ? firstFailure(error.cause) : error;
}

/** In an import set every field of an incident has a prefix; what the caller adds has its own names. */
function importOf({ additional_fields, ...fields }: JsonObject, id: string | undefined): JsonObject {
  const prefixed = Object.entries(fields).map(([name, value]) => [`u_${name}`, value]);
  return {
    ...(typeof additional_fields === 'object' && additional_fields),
    ...Object.fromEntries(prefixed),
    ...(id !== undefined && { elastic_incident_id: id }),
  };
}

/** A value inside an encoded query, where `^` separates conditions. */
function queryValue(text: string): string {
  return encodeURIComponent(text.replaceAll('^', '').toWellFormed());
}

/** ServiceNow's times are UTC without saying so. */
function dateOf(text: string | undefined, now: Date): string {
  return text === undefined ? now.toISOString() : new Date(`${text} GMT`).toISOString();
}

async function authorizationOf(
  base: string,
  { isOAuth, clientId, jwtKeyId, userIdentifierValue }: ServiceNowConfig,
  { username, password, clientSecret, privateKey, privateKeyPassword }: ServiceNowSecrets,
  { now, outbound }: { now: Date; outbound: Outbound },
): Promise<string> {
  if (!isOAuth) return basicAuth(username ?? '', password ?? '');
  const assertion = signedAssertion({
    clientId: clientId ?? '',
    keyId: jwtKeyId ?? '',
    subject: userIdentifierValue ?? '',
    privateKey: privateKey ?? '',
    passphrase: privateKeyPassword,
    now,
  });
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    client_id: clientId ?? '',
    client_secret: clientSecret ?? '',
    assertion,
  };
  return accessToken(`${base}/oauth_token.do`, form, outbound);
}

async function describing<T>(problem: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const text = `[Action][ServiceNow]: ${problem}. Error: ${messageOf(error)} Reason: ${reasonOf(error)}`;
    throw new ExecutorFailure(text, 'framework', error);
  }
}

function reasonOf(error: unknown): string {
  const body = failedBody(firstFailure(error));
  if (body === undefined) return 'unknown: errorResponse was null';
  const { message, detail } = refusal.safeParse(body).data?.error ?? {};
  if (!message) return 'unknown: no error in error response';
  return detail ? `${message}: ${detail}` : message;
}
