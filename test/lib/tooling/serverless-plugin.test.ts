import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readServerlessYml } from '../../../lib/local/serverless-yml.ts';
import { ROOT } from '../../../lib/tooling/build.ts';
import { areaOf, roleId } from '../../../lib/tooling/roles.ts';
import ServerlessPlugin from '../../../lib/tooling/serverless-plugin.ts';
import type { Resources } from '../../../lib/tooling/template.ts';

/** CloudFormation's limit for one stack. */
const MAX_RESOURCES = 500;
const BIN = join(ROOT, 'node_modules/.bin');

const { functions } = readServerlessYml();
const home = mkdtempSync(join(tmpdir(), 'package-test-'));
let resources: Resources;

beforeAll(async () => {
  // No credentials, no configuration, no network: as on a machine that never saw AWS.
  const env = { PATH: `${BIN}:/usr/bin:/bin`, HOME: home, AWS_EC2_METADATA_DISABLED: 'true' };
  const args = ['package', '--package', join(home, 'out')];
  await promisify(execFile)(join(BIN, 'serverless'), args, { cwd: ROOT, env });
  const template = readFileSync(join(home, 'out/cloudformation-template-update-stack.json'), 'utf8');
  resources = JSON.parse(template).Resources;
}, 120_000);
afterAll(() => rmSync(home, { recursive: true }));

const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);

it('deploys every function of serverless.yml, with the role of its area and the shared log group', () => {
  const deployed = ofType('AWS::Lambda::Function').map(([, { Properties }]) => Properties);
  expect(
    deployed.map(({ FunctionName, Handler, Role, LoggingConfig }) => ({ FunctionName, Handler, Role, LoggingConfig })),
  ).toEqual(
    functions.map(({ key, handler }) => ({
      FunctionName: `kibana-dev-${key}`,
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': [roleId(areaOf(handler)), 'Arn'] },
      LoggingConfig: { LogGroup: '/aws/lambda/kibana-dev' },
    })),
  );
  expect(ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties)).toEqual([
    { LogGroupName: '/aws/lambda/kibana-dev', RetentionInDays: 30 },
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
  expect(types.length).toBeLessThan(MAX_RESOURCES);
  // Per endpoint one resource: a function.
  expect(types.length - functions.length).toBeLessThan(60);
});

it('gives the local run the local build, tables and environment', () => {
  const table = { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'kibana-dev-Security' } };
  const slashed = [{ httpApi: 'DELETE /x' }, { httpApi: 'DELETE /x/' }, { httpApi: 'GET /y/' }];
  const service = {
    service: 'kibana',
    functions: { deleteX: { handler: 'functions/a/delete-x.handler', events: slashed } },
    custom: { tablePrefix: 'kibana-dev-' },
    resources: { Resources: { SecurityTable: table } },
    provider: { environment: { TABLE_PREFIX: 'kibana-dev-' }, compiledCloudFormationTemplate: { Resources: {} } },
  };
  const { hooks } = new ServerlessPlugin({ service, getProvider: () => ({ getStage: () => 'dev' }) });
  vi.stubEnv('TABLE_PREFIX', 'kibana-');
  vi.stubEnv('DYNAMODB_ENDPOINT', 'http://127.0.0.1:8000');
  hooks['before:offline:start:init']?.();
  vi.unstubAllEnvs();
  expect(service).toMatchObject({
    // serverless-offline takes `/x/` for `/x` and would refuse both.
    functions: {
      deleteX: {
        handler: '.build/local/functions/a/delete-x.handler',
        events: [{ httpApi: 'DELETE /x' }, { httpApi: 'GET /y/' }],
      },
    },
    custom: { 'serverless-offline-dynamodb-streams': { endpoint: 'http://127.0.0.1:8000' } },
    resources: { Resources: { SecurityTable: { Properties: { TableName: 'kibana-Security' } } } },
    provider: { environment: { TABLE_PREFIX: 'kibana-' } },
  });
});
