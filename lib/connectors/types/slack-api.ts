import * as z from 'zod';
import { isObject } from '../../json/merge.ts';
import * as schema from '../../validation/config-schema.ts';
import { type ConnectorType, defineConnectorType, type ExecutorResult } from '../connector-type.ts';
import { sendOk } from '../http.ts';
import { ensureUriAllowed } from '../outbound-policy.ts';
import { slackFailure, slackRefused } from '../slack-results.ts';
import { branch, messageOf } from '../validation.ts';

const SLACK_URL = 'https://slack.com/api/';
const ID = '.slack_api';

const channels = {
  channels: schema.array(z.string(), { max: 1 }).optional(),
  channelIds: schema.array(z.string(), { max: 1 }).optional(),
  channelNames: schema
    .array(z.string().startsWith('#', { error: 'Channel name must start with #' }), { max: 1 })
    .optional(),
};

const params = z.union([
  branch(
    schema.object({
      subAction: z.literal('validChannelId'),
      subActionParams: schema.object({ channelId: z.string().optional() }),
    }),
  ),
  branch(
    schema.object({
      subAction: z.literal('postMessage'),
      subActionParams: schema.object({ ...channels, text: z.string().min(1) }),
    }),
  ),
  branch(
    schema.object({
      subAction: z.literal('postBlockkit'),
      subActionParams: schema.object({
        ...channels,
        text: z.string().superRefine((text, context) => {
          const problem = blockkitProblem(text);
          if (problem !== undefined)
            context.issues.push({ code: 'custom', message: problem, input: text, continue: false });
        }),
      }),
    }),
  ),
]);

const config = schema.object({
  allowedChannels: schema.array(schema.object({ id: z.string().optional(), name: z.string() }), { max: 25 }).optional(),
});
type Allowed = z.output<typeof config>['allowedChannels'];

/** Posts messages to Slack as a bot. Slack's address can be another one, for tests. */
export function slackApiAt(slackUrl: string): ConnectorType {
  return defineConnectorType({
    id: ID,
    name: 'Slack API',
    minimumLicense: 'gold',
    supportedFeatureIds: ['uptime', 'alerting', 'siem'],
    config,
    secrets: schema.object({ token: z.string().min(1) }),
    params,
    checkSecrets: () => {
      try {
        ensureUriAllowed(slackUrl);
      } catch (error) {
        throw new Error(`error configuring slack action: ${messageOf(error)}`);
      }
    },
    execute: async ({ config: { allowedChannels }, secrets: { token }, params }, { now, outbound }) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=UTF-8' };
      const call: Call = async (method, path, body) => {
        const content = body === undefined ? {} : { body: JSON.stringify(body) };
        return judged((await sendOk({ method, url: `${slackUrl}${path}`, headers, ...content }, outbound)).data);
      };
      try {
        return { ...(await run(params, allowedChannels, call)), connectorId: ID };
      } catch (error) {
        return { ...slackFailure(error, now), connectorId: ID };
      }
    },
  });
}

export const slackApi = slackApiAt(SLACK_URL);

type Call = (method: string, path: string, body?: unknown) => Promise<ExecutorResult>;

async function run(
  { subAction, subActionParams }: z.output<typeof params>,
  allowed: Allowed,
  call: Call,
): Promise<ExecutorResult> {
  switch (subAction) {
    case 'validChannelId': {
      const { channelId = '' } = subActionParams;
      if (channelId === '') throw new Error('The channel id is empty');
      return call('GET', `conversations.info?channel=${encodeURIComponent(channelId)}`);
    }
    case 'postMessage':
      return call('POST', 'chat.postMessage', {
        channel: channelOf(subActionParams, allowed),
        text: subActionParams.text,
      });
    case 'postBlockkit': {
      const { blocks } = JSON.parse(subActionParams.text);
      return call('POST', 'chat.postMessage', { channel: channelOf(subActionParams, allowed), blocks });
    }
  }
}

type Channels = {
  channels?: string[] | undefined;
  channelIds?: string[] | undefined;
  channelNames?: string[] | undefined;
};

/** The one channel that a message goes to: by name, else by id, else by the older parameter for either. */
function channelOf({ channels = [], channelIds = [], channelNames = [] }: Channels, allowed: Allowed = []): string {
  const channel = [...channelNames, ...channelIds, ...channels][0];
  if (channel === undefined) {
    throw new Error('One of channels, channelIds, or channelNames is required and cannot be empty');
  }
  const names = allowed.flatMap(({ id, name }) => [id, name]).map((name) => name?.replace(/^#/, ''));
  if (allowed.length > 0 && !names.includes(channel.replace(/^#/, ''))) {
    throw new Error('One or more provided channels are not included in the allowed channels list');
  }
  return channel;
}

/** Slack answers 200 to what it refuses, too; `ok` tells. */
function judged(data: unknown): ExecutorResult {
  if (!isObject(data)) return { status: 'error', message: 'unexpected null response from slack' };
  if (data.ok === true) return { status: 'ok', data };
  const { error } = data;
  return slackRefused(typeof error === 'string' ? error : error === undefined ? undefined : JSON.stringify(error));
}

function blockkitProblem(text: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) && 'blocks' in parsed ? undefined : 'block kit body must contain field "blocks"';
  } catch (error) {
    return `block kit body is not valid JSON - ${messageOf(error)}`;
  }
}
