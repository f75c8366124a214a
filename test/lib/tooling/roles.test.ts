import { describe, expect, it } from 'vitest';
import { areaOf, areaRoles, roleId } from '../../../lib/tooling/roles.ts';
import type { ServerlessFunction } from '../../../lib/tooling/template.ts';

const table = { Type: 'AWS::DynamoDB::Table', Properties: {} };
const stack = {
  logGroup: 'Logs',
  resources: { SecurityTable: table, ValueListsTable: table },
  keysParameter: '/kibana/dev/encryption-keys',
  isTraced: false,
};
const getList: ServerlessFunction = { handler: 'functions/lists/get-list.handler', events: [] };

function statements(functions: ServerlessFunction[], areas: Parameters<typeof areaRoles>[1], role: string) {
  const policies = areaRoles(functions, areas, stack)[role]?.Properties.Policies as
    | { PolicyDocument: { Statement: { Action: string[]; Resource: unknown[] }[] } }[]
    | undefined;
  return policies?.[0]?.PolicyDocument.Statement;
}

const read = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem'];
const write = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'];
const logs = {
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: [{ 'Fn::GetAtt': ['Logs', 'Arn'] }],
};
const arns = (id: string) => [{ 'Fn::GetAtt': [id, 'Arn'] }];

it('takes the area from the folder', () => {
  expect(areaOf('functions/saved-objects/import-saved-objects.handler')).toBe('saved-objects');
  expect(roleId('saved-objects')).toBe('SavedObjectsRole');
  expect(() => areaOf('handler.main')).toThrow('handler.main is not functions/<area>/<name>.handler');
});

describe('the role of an area', () => {
  it('reads Security and does with its own tables what serverless.yml says', () => {
    expect(statements([getList], { lists: { ValueLists: ['read', 'write'] } }, 'ListsRole')).toEqual([
      { Effect: 'Allow', Action: read, Resource: arns('SecurityTable') },
      { Effect: 'Allow', Action: [...read, ...write], Resource: arns('ValueListsTable') },
      logs,
    ]);
  });

  it('follows an entry about Security', () => {
    expect(statements([getList], { lists: { Security: ['write'] } }, 'ListsRole')).toEqual([
      { Effect: 'Allow', Action: write, Resource: arns('SecurityTable') },
      logs,
    ]);
    expect(statements([getList], { lists: { Security: [] } }, 'ListsRole')).toEqual([logs]);
  });

  it('reads the parameter with the encryption keys where the entry says so', () => {
    expect(statements([getList], { lists: { Security: [], EncryptionKeys: ['read'] } }, 'ListsRole')).toEqual([
      {
        Effect: 'Allow',
        Action: ['ssm:GetParameter'],
        Resource: [
          {
            'Fn::Sub':
              'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/kibana/dev/encryption-keys',
          },
        ],
      },
      logs,
    ]);
  });

  it('reads the streams that wake its functions', () => {
    const arn = { 'Fn::GetAtt': ['ValueListsTable', 'StreamArn'] };
    const worker = { handler: 'functions/workers/sweep.handler', events: [{ stream: { type: 'dynamodb', arn } }] };
    expect(statements([worker], { workers: { Security: [] } }, 'WorkersRole')).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
        Resource: [arn],
      },
      logs,
    ]);
  });

  it('sends traces where the stage is traced', () => {
    const roles = areaRoles([getList], { lists: { Security: [] } }, { ...stack, isTraced: true });
    expect(JSON.stringify(roles.ListsRole)).toContain('"xray:PutTraceSegments"');
    expect(JSON.stringify(areaRoles([getList], { lists: { Security: [] } }, stack))).not.toContain('xray');
  });

  it('reads the indexes of a table that has some', () => {
    const indexed = { ...table, Properties: { LocalSecondaryIndexes: [] } };
    const resources = { ...stack.resources, ValueListsTable: indexed };
    const areas = { lists: { Security: [], ValueLists: ['read' as const] } };
    expect(JSON.stringify(areaRoles([getList], areas, { ...stack, resources }).ListsRole)).toContain(
      '{"Fn::Sub":"${ValueListsTable.Arn}/index/*"}',
    );
  });

  it('must be described', () => {
    expect(() => areaRoles([getList], {}, stack)).toThrow(
      'custom.areas has no entry for the functions in functions/lists',
    );
    const areas = { lists: { ValueList: ['read' as const] } };
    expect(() => areaRoles([getList], areas, stack)).toThrow(
      'names the table ValueList, but there is no ValueListTable',
    );
  });
});
