import { allow, role } from './roles.ts';
import type { Resource, Resources } from './template.ts';

const INVOCATION_ROLE = 'HttpApiInvocationRole';
/** API Gateway's own limit for an integration of an HTTP API. */
const TIMEOUT_MS = 30_000;

/**
 * Folds the routes, integrations and permissions of the HTTP API into its OpenAPI `Body`: a stack takes 500 resources,
 * and an endpoint would cost five. One role, which may invoke the functions named `<functionPrefix>…`, takes the place of
 * the permissions. Changes `resources`.
 */
export function foldRoutesIntoBody(resources: Resources, functionPrefix: string): void {
  const api = Object.values(resources).find(({ Type }) => Type === 'AWS::ApiGatewayV2::Api');
  if (!api) return;
  const taken = (type: string): [string, Resource][] => {
    const found = Object.entries(resources).filter(([, resource]) => resource.Type === type);
    for (const [id] of found) delete resources[id];
    return found;
  };
  const integrations = taken('AWS::ApiGatewayV2::Integration');
  const routes = taken('AWS::ApiGatewayV2::Route');
  for (const [id, { Properties }] of Object.entries(resources).filter(
    ([, { Type }]) => Type === 'AWS::Lambda::Permission',
  )) {
    if (Properties.Principal === 'apigateway.amazonaws.com') delete resources[id];
  }

  const { Name, Description, ProtocolType: _http, ...properties } = api.Properties;
  api.Properties = {
    ...properties,
    Body: {
      openapi: '3.0.1',
      info: { title: Name, description: Description, version: '1' },
      paths: paths(routes.map(([, route]) => route)),
      components: {
        'x-amazon-apigateway-integrations': Object.fromEntries(
          integrations.map(([id, { Properties }]) => [
            id,
            {
              type: 'AWS_PROXY',
              httpMethod: 'POST',
              uri: { 'Fn::Sub': invocationUri(functionOf(Properties.IntegrationUri)) },
              credentials: { 'Fn::GetAtt': [INVOCATION_ROLE, 'Arn'] },
              payloadFormatVersion: Properties.PayloadFormatVersion,
              timeoutInMillis: TIMEOUT_MS,
            },
          ]),
        ),
      },
    },
  };
  // By prefix: the ARNs of all functions are more than a policy takes.
  resources[INVOCATION_ROLE] = role('apigateway.amazonaws.com', 'invoke', [
    allow(
      ['lambda:InvokeFunction'],
      [{ 'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${functionPrefix}*` }],
    ),
  ]);
}

function paths(routes: readonly Resource[]): Record<string, Record<string, unknown>> {
  const result: Record<string, Record<string, unknown>> = {};
  for (const { Properties } of routes) {
    const { method, path, isDefaultRoute } = parseRouteKey(String(Properties.RouteKey));
    const item = result[path] ?? pathItem(path);
    result[path] = item;
    item[method] = {
      ...(isDefaultRoute && { isDefaultRoute }),
      responses: { default: { description: 'What the function answers' } },
      'x-amazon-apigateway-integration': {
        $ref: `#/components/x-amazon-apigateway-integrations/${integrationOf(Properties.Target)}`,
      },
    };
  }
  return withTwins(result);
}

/** The framework gives `/x/` and `/x` one id, so that only the last one declared is left: it stands for both. */
function withTwins(paths: Record<string, Record<string, unknown>>): Record<string, Record<string, unknown>> {
  const twins = Object.entries(paths)
    .filter(([path]) => path.endsWith('/'))
    .map(([path, item]) => [path.slice(0, -1), { ...item, ...paths[path.slice(0, -1)] }]);
  return { ...paths, ...Object.fromEntries(twins) };
}

function pathItem(path: string): Record<string, unknown> {
  const names = Array.from(path.matchAll(/\{([^}+]+)\+?\}/g), ([, name]) => name);
  const parameters = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  return parameters.length === 0 ? {} : { parameters };
}

function parseRouteKey(routeKey: string): { method: string; path: string; isDefaultRoute: boolean } {
  if (routeKey === '$default') {
    return { method: 'x-amazon-apigateway-any-method', path: '/$default', isDefaultRoute: true };
  }
  const [method = '', path = ''] = routeKey.split(' ');
  return {
    method: method === 'ANY' ? 'x-amazon-apigateway-any-method' : method.toLowerCase(),
    path,
    isDefaultRoute: false,
  };
}

function invocationUri(functionId: string): string {
  return `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${functionId}.Arn}/invocations`;
}

/** The function's logical id in `{ 'Fn::GetAtt': [id, 'Arn'] }`. */
function functionOf(integrationUri: unknown): string {
  return found(integrationUri, /^\{"Fn::GetAtt":\["(\w+)","Arn"\]\}$/);
}

/** The integration's logical id in `{ 'Fn::Join': ['/', ['integrations', { Ref: id }]] }`. */
function integrationOf(target: unknown): string {
  return found(target, /^\{"Fn::Join":\["\/",\["integrations",\{"Ref":"(\w+)"\}\]\]\}$/);
}

function found(value: unknown, shape: RegExp): string {
  const text = JSON.stringify(value);
  const id = shape.exec(text)?.[1];
  if (id === undefined) throw new Error(`The framework wrote ${text}, expected ${shape}`);
  return id;
}
