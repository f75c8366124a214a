import { beforeAll, describe, expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';
import { badRequest, givenConnectorUsers, statusAndBody } from './connectors.ts';

const { call } = kibana();
beforeAll(givenConnectorUsers);
const ids = ({ body }: { body: { id: string }[] }) => body.map(({ id }) => id).sort();

describe('GET /api/actions/connector_types', () => {
  it('lists all types to everybody', async () => {
    const answer = await call('GET /api/actions/connector_types', { as: 'nobody' });
    expect(ids(answer)).toEqual([
      '.cases-webhook',
      '.email',
      '.index',
      '.jira',
      '.opsgenie',
      '.pagerduty',
      '.server-log',
      '.servicenow',
      '.servicenow-sir',
      '.slack',
      '.slack_api',
      '.swimlane',
      '.teams',
      '.webhook',
    ]);
    expect(answer.body).toContainEqual({
      id: '.jira',
      name: 'Jira',
      enabled: true,
      enabled_in_config: true,
      enabled_in_license: true,
      minimum_license_required: 'gold',
      supported_feature_ids: ['alerting', 'cases', 'uptime', 'siem'],
      is_system_action_type: false,
    });
  });

  it('lists those that a feature offers', async () => {
    expect(ids(await call('GET /api/actions/connector_types?feature_id=cases'))).toEqual([
      '.cases-webhook',
      '.jira',
      '.servicenow',
      '.servicenow-sir',
      '.swimlane',
    ]);
    expect(ids(await call('GET /api/actions/connector_types?feature_id=x'))).toEqual([]);
    expect(ids(await call('GET /api/actions/connector_types?feature_id='))).toHaveLength(14);
  });

  it('refuses unknown keys', async () => {
    expect(statusAndBody(await call('GET /api/actions/connector_types?x=1'))).toEqual(
      badRequest('[request query.x]: definition for this key is missing'),
    );
  });
});
