import type { Resource, Resources, ServerlessFunction } from './template.ts';

/**
 * `custom.areas` of serverless.yml: the tables of each area and what it does with them. `EncryptionKeys: [read]` is the
 * parameter with the keys for encrypted attributes.
 */
export type Areas = Record<string, Record<string, Access[]>>;
type Access = 'read' | 'write';

const ACTIONS: Record<Access, string[]> = {
  read: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem'],
  write: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
};
const ENCRYPTION_KEYS = 'EncryptionKeys';
/** X-Ray's write actions know no resources: `*` is all that they take. */
const TRACING = allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']);
const STREAM_ACTIONS = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
];

/** Every area must know who calls, unless `custom.areas` says otherwise. */
const EVERY_AREA: Record<string, Access[]> = { Security: ['read'] };

/** The area of a function is its folder: `lists` for `functions/lists/get-list.handler`. */
export function areaOf(handler: string): string {
  const area = /^functions\/([^/]+)\/[^/]+$/.exec(handler)?.[1];
  if (area === undefined) throw new Error(`Handler ${handler} is not functions/<area>/<name>.handler`);
  return area;
}

/** Logical id of an area's role: `ListsRole`, `SavedObjectsRole`. */
export function roleId(area: string): string {
  return `${area.replace(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase())}Role`;
}

type Stack = { logGroup: string; resources: Resources; keysParameter: string; isTraced: boolean };

/**
 * One role per area, allowed its own tables and its lines in the log group. Throws when an area of a function has no entry
 * in `custom.areas`, or an entry names an unknown table.
 */
export function areaRoles(
  functions: readonly ServerlessFunction[],
  areas: Areas,
  { logGroup, resources, keysParameter, isTraced }: Stack,
): Resources {
  const roles: Resources = {};
  for (const [area, members] of Map.groupBy(functions, ({ handler }) => areaOf(handler))) {
    const tables = areas[area];
    if (tables === undefined) throw new Error(`custom.areas has no entry for the functions in functions/${area}`);
    roles[roleId(area)] = role('lambda.amazonaws.com', area, [
      ...Object.entries({ ...EVERY_AREA, ...tables }).flatMap(([table, access]) =>
        table === ENCRYPTION_KEYS ? [parameterStatement(keysParameter)] : tableStatement(table, access, resources),
      ),
      ...streamStatement(members),
      ...(isTraced ? [TRACING] : []),
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [{ 'Fn::GetAtt': [logGroup, 'Arn'] }]),
    ]);
  }
  return roles;
}

/** A role for an AWS service, with one policy. */
export function role(service: string, policyName: string, statements: object[]): Resource {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: policyName, PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

export function allow(actions: string[], resources: unknown[]): object {
  return { Effect: 'Allow', Action: actions, Resource: resources };
}

function tableStatement(table: string, access: readonly Access[], resources: Resources): object[] {
  const id = `${table}Table`;
  const found = resources[id];
  if (found?.Type !== 'AWS::DynamoDB::Table')
    throw new Error(`custom.areas names the table ${table}, but there is no ${id}`);
  if (access.length === 0) return [];
  const arn = { 'Fn::GetAtt': [id, 'Arn'] };
  return [
    allow(
      access.flatMap((kind) => ACTIONS[kind]),
      // Indexes are resources of their own; whoever may read the table may read all of it through them.
      hasIndexes(found) ? [arn, { 'Fn::Sub': `\${${id}.Arn}/index/*` }] : [arn],
    ),
  ];
}

function hasIndexes({ Properties: { LocalSecondaryIndexes, GlobalSecondaryIndexes } }: Resource): boolean {
  return LocalSecondaryIndexes !== undefined || GlobalSecondaryIndexes !== undefined;
}

function parameterStatement(name: string): object {
  const arn = `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter${name}`;
  return allow(['ssm:GetParameter'], [{ 'Fn::Sub': arn }]);
}

function streamStatement(functions: readonly ServerlessFunction[]): object[] {
  const streams = functions
    .flatMap(({ events }) => events)
    .flatMap(({ stream }) => (stream?.type === 'dynamodb' ? [stream.arn] : []));
  return streams.length === 0 ? [] : [allow(STREAM_ACTIONS, streams)];
}
