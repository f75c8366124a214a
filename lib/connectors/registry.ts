import type { ConnectorType } from './connector-type.ts';
import { casesWebhook } from './types/cases-webhook.ts';
import { email } from './types/email.ts';
import { esIndex } from './types/es-index.ts';
import { jira } from './types/jira.ts';
import { opsgenie } from './types/opsgenie.ts';
import { pagerduty } from './types/pagerduty.ts';
import { serverLog } from './types/server-log.ts';
import { serviceNowItsm, serviceNowSir } from './types/servicenow.ts';
import { slack } from './types/slack.ts';
import { slackApi } from './types/slack-api.ts';
import { swimlane } from './types/swimlane.ts';
import { teams } from './types/teams.ts';
import { webhook } from './types/webhook.ts';

/** All connector types, in the order in which they are listed. */
export const connectorTypes: readonly ConnectorType[] = [
  email,
  esIndex,
  pagerduty,
  swimlane,
  serverLog,
  slack,
  slackApi,
  webhook,
  casesWebhook,
  serviceNowItsm,
  serviceNowSir,
  jira,
  teams,
  opsgenie,
];
