import { createVerify, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { serviceNowItsm, serviceNowSir } from '../../../../lib/connectors/types/servicenow.ts';
import { garbage, nothing, outside, page, refusalOf, runOf } from '../outside.ts';

const world = outside();
const secrets = { username: 'elastic', password: 'sn-password' };
const config = (more = {}) => ({ apiUrl: `${world.url}/`, ...more });
const run = (subAction: string, subActionParams: object = {}, more = {}, type = serviceNowItsm) =>
  runOf(type, { params: { subAction, subActionParams }, config: config(more), secrets });
const requests = () =>
  world.seen.map(({ method, path, body }) => [`${method} ${path}`, ...(body === '' ? [] : [body])]);

const record = {
  sys_id: 's1',
  number: 'INC1',
  state: '1',
  sys_created_on: '2025-01-01 10:00:00',
  sys_updated_on: '2025-01-02 10:00:00',
};
const found = { body: { result: record } };
const pushed = (pushedDate: string, table = 'incident') => ({
  title: 'INC1',
  id: 's1',
  pushedDate,
  url: `${world.url}/nav_to.do?uri=${table}.do?sys_id=s1`,
});
const noNulls = (value: unknown) =>
  Object.fromEntries(Object.entries(value as object).filter(([, each]) => each !== null));

describe('.servicenow reads', () => {
  it('choices', async () => {
    const result = [{ label: 'Critical', value: 1, element: 'severity', dependent_value: '' }];
    world.replies({ body: { result } });
    expect(await run('getChoices', { fields: ['severity', 'urgency^x&y'] })).toEqual({ status: 'ok', data: result });
    expect(world.seen[0]).toMatchObject({ method: 'GET', path: '/api/now/table/sys_choice' });
    expect(Object.fromEntries(world.seen[0]?.query ?? [])).toEqual({
      sysparm_query: 'name=task^ORname=incident^element=severity^ORelement=urgencyx&y^language=en',
      sysparm_fields: 'label,value,dependent_value,element',
    });
    expect(world.seen[0]?.headers.authorization).toBe(`Basic ${btoa('elastic:sn-password')}`);
  });

  it('fields', async () => {
    world.replies({ body: { result: [{ element: 'a' }] } });
    expect(await run('getFields', {}, {}, serviceNowSir)).toEqual({ status: 'ok', data: [{ element: 'a' }] });
    expect(world.seen[0]?.path).toBe('/api/now/table/sys_dictionary');
    expect(world.seen[0]?.query.get('sysparm_query')).toBe('name=task^ORname=sn_si_incident^internal_type=string');
  });

  it('an incident, and keeps it to itself', async () => {
    world.replies(found);
    expect(await run('getIncident', { externalId: 's1' })).toEqual({ status: 'ok', data: {} });
    expect(requests()).toEqual([['GET /api/now/v2/table/incident/s1']]);
  });
});

describe('.servicenow pushes', () => {
  it('a new incident to the table, and comments', async () => {
    world.replies(found);
    const incident = { short_description: 'short', severity: '1', correlation_id: null };
    const comments = [{ comment: 'one', commentId: 'c1' }];
    const pushedDate = '2025-01-01T10:00:00.000Z';
    expect(await run('pushToService', { incident, comments })).toEqual({
      status: 'ok',
      data: { ...pushed(pushedDate), comments: [{ commentId: 'c1', pushedDate }] },
    });
    expect(requests().map(([line, body]) => [line, body && noNulls(body)])).toEqual([
      [
        'POST /api/now/v2/table/incident',
        { short_description: 'short', severity: '1', caller_id: 'elastic', opened_by: 'elastic' },
      ],
      ['GET /api/now/v2/table/incident/s1', undefined],
      ['PATCH /api/now/v2/table/incident/s1', { short_description: 'short', severity: '1', work_notes: 'one' }],
      ['GET /api/now/v2/table/incident/s1', undefined],
    ]);
  });

  it('changes to an incident through the application', async () => {
    world.replies({ body: { result: { version: '1', scope: 'x' } } }, { body: { result: [{ sys_id: 's1' }] } }, found);
    const incident = { short_description: 's', externalId: 's1', additional_fields: '{"u_own":1}' };
    const result = await run('pushToService', { incident }, { usesTableApi: false });
    expect(result).toEqual({ status: 'ok', data: pushed('2025-01-02T10:00:00.000Z') });
    expect(requests().map(([line, body]) => [line, body && noNulls(body)])).toEqual([
      ['GET /api/x_elas2_inc_int/elastic_api/health', undefined],
      [
        'POST /api/now/import/x_elas2_inc_int_elastic_incident',
        { u_own: 1, u_short_description: 's', elastic_incident_id: 's1' },
      ],
      ['GET /api/now/v2/table/incident/s1', undefined],
    ]);
  });

  it('a security incident', async () => {
    world.replies(found);
    const incident = {
      short_description: 's',
      dest_ip: ['1.1.1.1', '2.2.2.2'],
      malware_url: 'http://x',
      priority: '1',
    };
    expect(await run('pushToService', { incident }, {}, serviceNowSir)).toEqual({
      status: 'ok',
      data: pushed('2025-01-01T10:00:00.000Z', 'sn_si_incident'),
    });
    expect(requests()[0]).toEqual([
      'POST /api/now/v2/table/sn_si_incident',
      expect.objectContaining({
        dest_ip: '1.1.1.1,2.2.2.2',
        malware_url: 'http://x',
        malware_hash: null,
        priority: '1',
      }),
    ]);
  });

  it('the observables of a security incident apart, through the application', async () => {
    const health = { body: { result: { version: '1', scope: 'x' } } };
    const imported = { body: { result: [{ sys_id: 's1' }] } };
    world.replies(health, imported, found, health, { body: { result: [] } });
    const incident = {
      short_description: 's',
      dest_ip: ['1.1.1.1', '2.2.2.2'],
      source_ip: '2.2.2.2 | 3.3.3.3',
      malware_hash: 'a,b',
      malware_url: ['', 'http://x'],
    };
    expect(await run('pushToService', { incident }, { usesTableApi: false }, serviceNowSir)).toEqual({
      status: 'ok',
      data: pushed('2025-01-01T10:00:00.000Z', 'sn_si_incident'),
    });
    expect(requests()[1]).toEqual([
      'POST /api/now/import/x_elas2_sir_int_elastic_si_incident',
      expect.objectContaining({ u_dest_ip: null, u_source_ip: null, u_malware_hash: null, u_malware_url: null }),
    ]);
    expect(requests().slice(3)).toEqual([
      ['GET /api/x_elas2_sir_int/elastic_api/health'],
      [
        'POST /api/x_elas2_sir_int/elastic_api/incident/s1/observables/bulk',
        [
          { value: '1.1.1.1', type: 'ipv4-addr' },
          { value: '2.2.2.2', type: 'ipv4-addr' },
          { value: '3.3.3.3', type: 'ipv4-addr' },
          { value: 'a', type: 'SHA256' },
          { value: 'b', type: 'SHA256' },
          { value: 'http://x', type: 'URL' },
        ],
      ],
    ]);
  });

  it('a security incident without observables', async () => {
    world.replies({ body: { result: {} } }, { body: { result: [{ sys_id: 's1' }] } }, found);
    await run('pushToService', { incident: { short_description: 's' } }, { usesTableApi: false }, serviceNowSir);
    expect(world.seen).toHaveLength(3);
  });
});

describe('.servicenow closes', () => {
  const closing = { state: '7', close_code: 'Closed/Resolved by Caller', close_notes: 'Closed by Caller' };

  it('an incident by its id', async () => {
    world.replies(found);
    expect(await run('closeIncident', { incident: { externalId: 's1' } })).toMatchObject({ data: { id: 's1' } });
    expect(requests()[1]).toEqual(['PATCH /api/now/v2/table/incident/s1', closing]);
  });

  it('an incident by its correlation id', async () => {
    world.replies({ body: { result: [record] } }, found);
    expect(await run('closeIncident', { incident: { correlation_id: 'a^b' } })).toMatchObject({ data: { id: 's1' } });
    expect(world.seen[0]?.query.get('sysparm_query')).toBe('ORDERBYDESCsys_created_on^correlation_id=ab');
  });

  it.each([
    ['closed already', { body: { result: { ...record, state: '7' } } }, { id: 's1' }],
    ['not there', { status: 404, body: { error: { message: 'No Record found' } } }, {}],
  ])('nothing that is %s', async (_name, reply, data) => {
    world.replies(reply);
    expect(await run('closeIncident', { incident: { externalId: 's1' } })).toMatchObject({ status: 'ok', data });
    expect(world.seen).toHaveLength(1);
  });

  it('nothing that is gone when it is closed', async () => {
    world.replies(found, { status: 404, body: {} });
    expect(await run('closeIncident', { incident: { externalId: 's1' } })).toEqual({ status: 'ok', data: {} });
    world.replies({ status: 404, body: {} });
    expect(await run('closeIncident', { incident: { correlation_id: 'a' } })).toEqual({ status: 'ok', data: {} });
  });

  it('an incident by its correlation id when its id is empty', async () => {
    world.replies({ body: { result: [record] } }, found);
    const incident = { externalId: '', correlation_id: 'a' };
    expect(await run('closeIncident', { incident })).toMatchObject({ data: { id: 's1' } });
    world.seen.length = 0;
    expect(await run('closeIncident', { incident: { externalId: '' } })).toEqual({ status: 'ok', data: {} });
    expect(world.seen).toEqual([]);
  });

  it('nothing without an id, or with a blank one', async () => {
    const failure = (text: string) => ({ thrown: expect.stringContaining(`Unable to close incident. Error: ${text}`) });
    expect(await run('closeIncident', { incident: { correlation_id: null } })).toMatchObject(
      failure('No correlationId or incidentId found.'),
    );
    expect(await run('closeIncident', { incident: { correlation_id: ' ' } })).toMatchObject(
      failure('[Action][ServiceNow]: Unable to get incident by correlation ID  . Error: Correlation ID is empty.'),
    );
  });
});

describe('.servicenow logs in by OAuth', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const oauth = { isOAuth: true, clientId: 'client', jwtKeyId: 'key', userIdentifierValue: 'user@example.com' };
  const input = (passphrase?: string) => ({
    params: { subAction: 'getChoices', subActionParams: { fields: ['a'] } },
    config: config(oauth),
    secrets: {
      clientSecret: 'client-secret',
      privateKey: privateKey
        .export({ type: 'pkcs8', format: 'pem', ...(passphrase && { cipher: 'aes-256-cbc', passphrase }) } as never)
        .toString(),
      ...(passphrase && { privateKeyPassword: passphrase }),
    },
  });

  it.each([undefined, 'passphrase'])('with a signed assertion (key protected by %s)', async (passphrase) => {
    world.replies({ body: { access_token: 'tok', token_type: 'Bearer', expires_in: 1 } }, { body: { result: [] } });
    expect(await runOf(serviceNowItsm, input(passphrase))).toEqual({ status: 'ok', data: [] });
    const [token, call] = world.seen;
    expect(token).toMatchObject({ method: 'POST', path: '/oauth_token.do' });
    const form = new URLSearchParams(String(token?.body));
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    expect([form.get('client_id'), form.get('client_secret')]).toEqual(['client', 'client-secret']);
    const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(decode(header)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key' });
    expect(decode(claims)).toEqual({
      aud: 'client',
      iss: 'client',
      sub: 'user@example.com',
      iat: 1_746_515_289,
      exp: 1_746_518_889,
    });
    const verified = createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url');
    expect(verified).toBe(true);
    expect(call?.headers.authorization).toBe('Bearer tok');
  });

  it.each([
    ['a refusal', { status: 401, body: {} }, 'Request failed with status code 401'],
    ['a redirect', { status: 307, headers: { location: '/elsewhere' } }, 'Request failed with status code 307'],
    ['an answer without a token', { body: {} }, 'No access token in the answer of 127.0.0.1'],
  ])('and fails on %s, having sent its secret once', async (_name, reply, text) => {
    world.replies(reply);
    expect(await runOf(serviceNowItsm, input())).toMatchObject({ thrown: expect.stringContaining(text) });
    expect(world.seen).toHaveLength(1);
  });
});

describe('.servicenow fails', () => {
  const prefix = '[Action][ServiceNow]: Unable to get choices. Error: ';
  const noReason = ' Reason: unknown: errorResponse was null';
  it.each([
    [
      '400',
      { status: 400, body: { error: { message: 'm', detail: 'd' } } },
      'Request failed with status code 400 Reason: m: d',
    ],
    [
      '401',
      { status: 401, body: { error: { message: 'm', detail: null } } },
      'Request failed with status code 401 Reason: m',
    ],
    [
      '429',
      { status: 429, body: {} },
      'Request failed with status code 429 Reason: unknown: no error in error response',
    ],
    [
      '502',
      { status: 502, body: 'x' },
      'Request failed with status code 502 Reason: unknown: no error in error response',
    ],
    ['silence', nothing, `timeout of 250ms exceeded${noReason}`],
    ['a page', page, `There is an issue with your Service Now Instance. Please check 127.0.0.1.${noReason}`],
    [
      'a redirect elsewhere',
      { status: 302, headers: { location: 'http://10.0.0.1' } },
      `target hostname "10.0.0.1" is not added to the Kibana config xpack.actions.allowedHosts${noReason}`,
    ],
  ])('on %s', async (_name, reply, text) => {
    world.replies(reply);
    expect(await run('getChoices', { fields: ['a'] })).toEqual({
      thrown: `${prefix}${text}`,
      errorSource: 'framework',
    });
  });

  it('on garbage', async () => {
    world.replies(garbage);
    expect(await run('getFields')).toMatchObject({ thrown: expect.stringContaining('Error: Parse Error') });
  });

  it('telling the reason of the step that failed', async () => {
    world.replies(found, { status: 404, body: { error: { message: 'No Record found' } } });
    expect(await run('pushToService', { incident: { short_description: 's' } })).toMatchObject({
      thrown: expect.stringMatching(
        /^\[Action\]\[ServiceNow\]: Unable to create incident\. .* Reason: No Record found$/,
      ),
    });
  });

  it.each([
    ['no result', { body: { result: [] } }, 'Unexpected result'],
    ['an error', { body: { result: [{ status: 'error', error_message: 'bad row' }] } }, 'bad row'],
  ])('when the import answers %s', async (_name, reply, text) => {
    world.replies(found, reply);
    const result = await run('pushToService', { incident: { short_description: 's' } }, { usesTableApi: false });
    expect(result).toMatchObject({ thrown: expect.stringContaining(`Unable to create incident. Error: ${text}`) });
  });

  it('for additional fields without the application, and for a handshake', async () => {
    const incident = { short_description: 's', additional_fields: { a: 1 } };
    expect(await run('pushToService', { incident })).toMatchObject({
      thrown: expect.stringContaining('ServiceNow additional fields are not supported for deprecated connectors.'),
    });
    expect(await run('handshake')).toEqual({
      thrown: '[Action][ExternalService] subAction handshake not implemented.',
    });
  });
});

describe('.servicenow refuses', () => {
  const params = { subAction: 'getFields', subActionParams: {} };
  const oauth = { isOAuth: true, clientId: 'c', jwtKeyId: 'k', userIdentifierValue: 'u' };
  const part = (name: string, text: string) => `error validating action type ${name}: ${text}`;
  it.each([
    [{}, {}, part('secrets', 'Either basic auth or OAuth credentials must be specified')],
    [{}, { username: 'a' }, part('secrets', 'username and password must both be specified')],
    [{}, { privateKey: 'a' }, part('secrets', 'clientSecret and privateKey must both be specified')],
    [{ isOAuth: true }, secrets, part('config', 'userIdentifierValue must be provided when isOAuth = true')],
    [{ ...oauth, clientId: null }, secrets, part('config', 'clientId must be provided when isOAuth = true')],
    [oauth, secrets, part('connector', 'clientSecret must be provided when isOAuth = true')],
    [{}, { clientSecret: 'a', privateKey: 'b' }, part('connector', 'username must be provided when isOAuth = false')],
    [
      oauth,
      { ...secrets, clientSecret: 'a', privateKey: 'b' },
      part('connector', 'Username and password should not be provided with isOAuth = true'),
    ],
    [
      { clientId: 'c' },
      secrets,
      part(
        'connector',
        'clientId, clientSecret, userIdentifierValue, jwtKeyId and privateKey should not be provided with isOAuth = false',
      ),
    ],
  ])('config %j with secrets %j', (more, given, text) => {
    expect(refusalOf(serviceNowItsm, { params, config: config(more), secrets: given })).toBe(text);
  });

  it('unknown sub-actions', () => {
    const names = ['getFields', 'getIncident', 'handshake', 'pushToService', 'getChoices', 'closeIncident'];
    const lines = (given: string[]) =>
      given.map((name, index) => `- [${index}.subAction]: expected value to equal [${name}]`).join('\n');
    const refusal = 'error validating action params: types that failed validation:\n';
    expect(refusalOf(serviceNowItsm, { params: {} })).toBe(`${refusal}${lines(names)}`);
    expect(refusalOf(serviceNowSir, { params: { subAction: 'x' } })).toBe(`${refusal}${lines(names.slice(0, 5))}`);
  });

  it('tells which connectors are deprecated', () => {
    expect(serviceNowItsm.isDeprecated({ usesTableApi: true })).toBe(true);
    expect(serviceNowItsm.isDeprecated({ usesTableApi: false })).toBe(false);
  });
});
