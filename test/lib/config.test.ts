import { describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/config.ts';

describe('readConfig', () => {
  it('has a setting for everything', () => {
    expect(readConfig({})).toEqual({
      serviceName: 'kibana',
      tablePrefix: 'kibana-',
      dynamodbEndpoint: undefined,
      xsrf: 'documented',
      encryptionKeys: undefined,
      encryptionKeysParameter: undefined,
      connectorsAllowedHosts: new Set(['*']),
      bcryptWorker: undefined,
      logLevel: 'info',
      metrics: false,
    });
  });

  it('reads what the environment says', () => {
    const config = readConfig({
      POWERTOOLS_SERVICE_NAME: 'kibana-dev',
      TABLE_PREFIX: 'kibana-dev-',
      XSRF: 'strict',
      LOG_LEVEL: 'error',
      METRICS: 'on',
      CONNECTORS_ALLOWED_HOSTS: '*, Jira.internal,10.0.0.1,::1,',
    });
    expect(config).toMatchObject({
      serviceName: 'kibana-dev',
      tablePrefix: 'kibana-dev-',
      xsrf: 'strict',
      logLevel: 'error',
      metrics: true,
      connectorsAllowedHosts: new Set(['*', 'jira.internal', '10.0.0.1', '::1']),
    });
  });

  it.each([
    ['XSRF', 'always'],
    ['LOG_LEVEL', 'loud'],
    ['METRICS', 'yes'],
    ['DYNAMODB_ENDPOINT', 'localhost'],
    ['ENCRYPTION_KEYS_PARAMETER', ''],
    ['POWERTOOLS_SERVICE_NAME', ''],
    ['CONNECTORS_ALLOWED_HOSTS', 'https://jira.internal'],
    ['CONNECTORS_ALLOWED_HOSTS', 'jira.internal:8080'],
  ])('names %s when it is %j', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(`Bad configuration in the environment. ${name}: `);
  });
});
