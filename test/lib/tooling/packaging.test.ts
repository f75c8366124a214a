import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLambda, ROOT } from '../../../lib/tooling/build.ts';
import { areaOf, roleId } from '../../../lib/tooling/roles.ts';
import type { Resources } from '../../../lib/tooling/template.ts';
import { functions } from '../../support/stack.ts';

/** Of the 500 that CloudFormation takes in one stack. */
const MOST_RESOURCES = 300;
/** Bytes of a function's code: what it loads is what a cold start pays for. */
const MOST_CODE = 1_000_000;
/** Seconds; the gateway gives up after 30. */
const MOST_SECONDS = 28;
const BIN = join(ROOT, 'node_modules/.bin');

const home = mkdtempSync(join(tmpdir(), 'package-test-'));
const templateFile = join(home, 'out/cloudformation-template-update-stack.json');
let resources: Resources;
let zips: Map<string, Buffer>;

// A stage that has nothing of its own under `params`, as production has.
beforeAll(async () => {
  // No credentials, no configuration, no network: as on a machine that never saw AWS.
  const env = { PATH: `${BIN}:/usr/bin:/bin`, HOME: home, AWS_EC2_METADATA_DISABLED: 'true' };
  const args = ['package', '--stage', 'prod', '--package', join(home, 'out')];
  await promisify(execFile)(join(BIN, 'serverless'), args, { cwd: ROOT, env });
  resources = JSON.parse(readFileSync(templateFile, 'utf8')).Resources;
  const names = functions.map(({ handler }) => handler.replace(/^functions\/|\.handler$/g, ''));
  zips = new Map(names.map((name) => [name, readFileSync(join(ROOT, '.build/lambda', `${name}.zip`))]));
});
afterAll(() => rmSync(home, { recursive: true }));

type Policy = { PolicyDocument: { Statement: { Resource: unknown[] }[] } };

const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
const propertiesOf = (type: string) => ofType(type).map(([, { Properties }]) => Properties);

describe('the code of a function', () => {
  const oneOfEachArea = () => [...new Map([...zips.keys()].map((name) => [name.split('/')[0], name])).values()];

  it('is one CommonJS module, and small', () => {
    for (const [name, zip] of zips) {
      const files = unzipSync(zip);
      expect(Object.keys(files), name).toEqual(['index.cjs']);
      expect(files['index.cjs']?.length, name).toBeLessThan(MOST_CODE);
    }
  });

  it('needs nothing but what Lambda has', () => {
    for (const name of oneOfEachArea()) {
      const index = join(ROOT, '.build/lambda', name, 'index.cjs');
      expect(createRequire(import.meta.url)(index).handler, name).toBeTypeOf('function');
    }
  });

  it('is the same bytes from the same source', async () => {
    const hash = (bytes: Buffer | undefined) => bytes && createHash('sha256').update(bytes).digest('hex');
    const names = oneOfEachArea();
    for (const name of names) rmSync(join(ROOT, '.build/lambda', `${name}.zip`));
    const again = await buildLambda(names.map((name) => `functions/${name}.ts`));
    expect(again.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
    for (const { name, zip } of again) expect(hash(readFileSync(zip)), name).toBe(hash(zips.get(name)));
  });
});

describe('the template', () => {
  /** Remarks that stay, and why. */
  const accepted: Record<string, string> = {
    W3005: 'osls writes DependsOn besides the reference to a role, which does no harm',
    W8003: 'without an address for alarms its condition is always false',
  };

  it('passes the linter of CloudFormation', () => {
    const engine = new CelEngine();
    const { diagnostics } = engine.validateStandard(new TemplateFile(templateFile), { severityLevel: 'WARN' });
    engine.free();
    expect(diagnostics.filter(({ ruleId }) => accepted[ruleId] === undefined)).toEqual([]);
    // An exception that nothing needs any more goes.
    expect(new Set(diagnostics.map(({ ruleId }) => ruleId))).toEqual(new Set(Object.keys(accepted)));
  });

  it('keeps tables: encrypted, with backups, against deletion', () => {
    const tables = ofType('AWS::DynamoDB::Table');
    expect(tables).toHaveLength(8);
    for (const [id, table] of tables) {
      expect(table, id).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
      expect(table.Properties, id).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      });
    }
  });

  it('encrypts the bucket of deployments', () => {
    for (const bucket of propertiesOf('AWS::S3::Bucket')) {
      expect(JSON.stringify(bucket.BucketEncryption)).toContain('AES256');
    }
  });

  it('ends functions before the gateway gives up; workers have longer', () => {
    const slow = propertiesOf('AWS::Lambda::Function').filter(({ Timeout }) => Number(Timeout) > MOST_SECONDS);
    const workers = functions.filter(({ handler }) => areaOf(handler) === 'workers');
    expect(slow.map(({ FunctionName }) => FunctionName)).toEqual(workers.map(({ key }) => `kibana-prod-${key}`));
  });

  it('says for every function how much memory it has, on what it runs, and whether it is traced', () => {
    for (const properties of propertiesOf('AWS::Lambda::Function')) {
      expect(properties).toMatchObject({
        MemorySize: 1024,
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        TracingConfig: { Mode: 'PassThrough' },
      });
    }
  });

  it('limits the requests that the API takes', () => {
    expect(propertiesOf('AWS::ApiGatewayV2::Stage')).toEqual([
      expect.objectContaining({ DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 } }),
    ]);
  });

  it('has alarms that somebody hears', () => {
    const alarms = ofType('AWS::CloudWatch::Alarm');
    for (const [id, { Properties }] of alarms) expect(Properties.AlarmActions, id).toEqual([{ Ref: 'Alarms' }]);
    expect(alarms.map(([id]) => id).toSorted()).toEqual([
      'AgentActionAgeAlarm',
      'AgentActionFailuresAlarm',
      'ResumeFailuresAlarm',
      'ServerErrorsAlarm',
      'StoreErrorsAlarm',
      'SweepAgeAlarm',
      'SweepFailuresAlarm',
      'ThrottlesAlarm',
    ]);
    // Those about one function name one that is deployed, and the one about the store names all tables.
    const names = new Set(propertiesOf('AWS::Lambda::Function').map(({ FunctionName }) => FunctionName));
    const watched = alarms.flatMap(([, { Properties }]) =>
      [...JSON.stringify(Properties).matchAll(/"FunctionName","Value":"([^"]*)"/g)].map(([, name]) => name),
    );
    expect(watched).toHaveLength(5);
    expect(watched.filter((name) => !names.has(name))).toEqual([]);
    for (const { TableName } of propertiesOf('AWS::DynamoDB::Table')) {
      expect(JSON.stringify(resources.StoreErrorsAlarm)).toContain(`TableName = '${TableName}'`);
    }
  });
});

it('deploys every function of serverless.yml, with the role of its area and the shared log group', () => {
  const deployed = ofType('AWS::Lambda::Function').map(([, { Properties }]) => Properties);
  expect(
    deployed.map(({ FunctionName, Handler, Role, LoggingConfig }) => ({ FunctionName, Handler, Role, LoggingConfig })),
  ).toEqual(
    functions.map(({ key, handler }) => ({
      FunctionName: `kibana-prod-${key}`,
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': [roleId(areaOf(handler)), 'Arn'] },
      LoggingConfig: { LogGroup: '/aws/lambda/kibana-prod' },
    })),
  );
  expect(ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties)).toEqual([
    { LogGroupName: '/aws/lambda/kibana-prod', RetentionInDays: 30 },
  ]);
});

it('has a role for each area and one that invokes, none with a wildcard action', () => {
  const roles = ofType('AWS::IAM::Role');
  const areas = new Set(functions.map(({ handler }) => roleId(areaOf(handler))));
  expect(new Set(roles.map(([id]) => id))).toEqual(new Set([...areas, 'HttpApiInvocationRole']));
  const actions = [...JSON.stringify(roles).matchAll(/"Action":(\[[^\]]*\]|"[^"]*")/g)].flatMap(([, action = '']) =>
    JSON.parse(action),
  );
  expect(actions.length).toBeGreaterThan(0);
  expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  const statements = roles.flatMap(([, { Properties }]) => Properties.Policies as Policy[]);
  const wildcards = statements
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Resource }) => Resource))
    .map((resource) => JSON.stringify(resource).replace(/\w+Table/, 'Table'))
    .filter((text) => text.includes('*'));
  // The indexes of an area's own tables, and the functions of this stage for the gateway.
  expect(new Set(wildcards)).toEqual(
    new Set([
      '{"Fn::Sub":"${Table.Arn}/index/*"}',
      '{"Fn::Sub":"arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:kibana-prod-*"}',
    ]),
  );
});

it('folds every route into the body of the API, each to its own function', () => {
  const [[, api] = [undefined, undefined]] = ofType('AWS::ApiGatewayV2::Api');
  const { Body, ...rest } = api?.Properties ?? {};
  expect(rest).toEqual({});
  const { paths, components } = Body as {
    paths: Record<string, Record<string, Record<string, unknown>>>;
    components: Record<string, Record<string, { uri: unknown; credentials: unknown }>>;
  };
  const routeOf = (method: string, path: string) => (path === '/$default' ? '*' : `${method.toUpperCase()} ${path}`);
  const found = Object.entries(paths).flatMap(([path, { parameters, ...methods }]) =>
    Object.entries(methods).map(([method, operation]) => {
      const { $ref } = operation['x-amazon-apigateway-integration'] as { $ref: string };
      const [, kind = '', id = ''] = $ref.match(/^#\/components\/([^/]+)\/(\w+)$/) ?? [];
      return { route: routeOf(method, path), integration: components[kind]?.[id] };
    }),
  );
  const declared = functions.flatMap(({ key, routes }) =>
    routes.map((route) => ({
      route,
      integration: {
        type: 'AWS_PROXY',
        httpMethod: 'POST',
        uri: {
          'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${key.charAt(0).toUpperCase()}${key.slice(1)}LambdaFunction.Arn}/invocations`,
        },
        credentials: { 'Fn::GetAtt': ['HttpApiInvocationRole', 'Arn'] },
        payloadFormatVersion: '2.0',
        timeoutInMillis: 30_000,
      },
    })),
  );
  const byRoute = (a: { route: string }, b: { route: string }) => a.route.localeCompare(b.route);
  expect(found.toSorted(byRoute)).toEqual(declared.toSorted(byRoute));
  expect(paths['/$default']?.['x-amazon-apigateway-any-method']).toMatchObject({ isDefaultRoute: true });
  expect(paths['/s/{space_id}/api/status']?.parameters).toEqual([
    { name: 'space_id', in: 'path', required: true, schema: { type: 'string' } },
  ]);
});

it('leaves no route, integration or permission of the API outside of the body', () => {
  const types = Object.values(resources).map(({ Type }) => Type);
  expect(types).not.toContain('AWS::ApiGatewayV2::Route');
  expect(types).not.toContain('AWS::ApiGatewayV2::Integration');
  const invokers = ofType('AWS::Lambda::Permission').map(([, { Properties }]) => Properties.Principal);
  expect(invokers).not.toContain('apigateway.amazonaws.com');
  expect(types.length).toBeLessThan(MOST_RESOURCES);
  // Per endpoint one resource: a function.
  expect(types.length - functions.length).toBeLessThan(60);
});
