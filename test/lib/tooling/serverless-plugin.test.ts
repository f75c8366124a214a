import { expect, it, vi } from 'vitest';
import ServerlessPlugin from '../../../lib/tooling/serverless-plugin.ts';

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
