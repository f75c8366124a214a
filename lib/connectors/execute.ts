import * as z from 'zod';
import { BadRequest } from '../errors/errors.ts';
import type { JsonObject } from '../json/merge.ts';
import { writeLog } from '../log.ts';
import {
  type ConnectorType,
  type ExecutorContext,
  ExecutorFailure,
  type ExecutorResult,
  type LogLevel,
} from './connector-type.ts';
import { type Caller, type Connector, connectorToRun, isSystemConnector, typeOf } from './connectors.ts';
import { defaultOutbound, type Outbound } from './http.ts';
import { connectorTypes } from './registry.ts';
import { type Scrubber, scrubber } from './scrub.ts';
import { InvalidConnector, messageOf } from './validation.ts';

/** What a run answers. A run that failed is an answer, too. */
export const executionResult = z.object({
  status: z.enum(['ok', 'error']),
  data: z.unknown().optional(),
  message: z.string().optional(),
  retry: z.union([z.boolean(), z.string()]).optional(),
  errorSource: z.enum(['user', 'framework']).optional(),
  connector_id: z.string(),
  service_message: z.string().optional(),
});
export type ExecutionResult = z.output<typeof executionResult>;

/** What a run uses of the world; tests use other things. */
export type Runtime = {
  types?: readonly ConnectorType[];
  outbound?: Outbound;
  log?: (level: LogLevel, message: string) => void;
};

export type Execution = { id: string; params: JsonObject; now: Date; deadline: number };

/**
 * Runs a connector once.
 *
 * @throws Forbidden, NotFound, BadRequest when there is nothing to run
 */
export async function executeConnector(
  { id, params, now, deadline }: Execution,
  caller: Caller,
  { types = connectorTypes, outbound = defaultOutbound, log = writeServerLog }: Runtime = {},
): Promise<ExecutionResult> {
  if (isSystemConnector(id)) throw new BadRequest('Execution of system action is not allowed');
  const connector = await connectorToRun(id, caller);
  const type = typeOf(connector.actionTypeId, types);
  const context: ExecutorContext = {
    connectorId: id,
    principal: caller.principal,
    now,
    outbound: { ...outbound, deadline },
    log,
  };
  const result = await run(type, connector, params, context);
  return resultView(id, result, scrubber(connector.secrets));
}

async function run(
  type: ConnectorType,
  { config, secrets = {} }: Connector,
  params: JsonObject,
  context: ExecutorContext,
): Promise<ExecutorResult> {
  try {
    const result = await type.prepare({ params, config, secrets })(context);
    return result.status === 'error' ? { errorSource: 'user', ...result } : result;
  } catch (error) {
    if (error instanceof InvalidConnector) {
      const errorSource = error.part === 'params' ? 'user' : 'framework';
      return { status: 'error', message: error.message, retry: false, errorSource };
    }
    return {
      status: 'error',
      message: 'an error occurred while running the action',
      retry: true,
      errorSource: error instanceof ExecutorFailure ? error.errorSource : 'framework',
      serviceMessage: messageOf(error),
    };
  }
}

function resultView(id: string, result: ExecutorResult, scrub: Scrubber): ExecutionResult {
  const connector_id = result.connectorId ?? id;
  if (result.status === 'ok') {
    return {
      status: 'ok',
      ...(result.data !== undefined && { data: scrub.data(result.data) }),
      connector_id,
    };
  }
  const { message, serviceMessage, retry, errorSource } = result;
  return {
    status: 'error',
    message: scrub.text(message),
    ...(retry !== undefined && { retry: retry instanceof Date ? retry.toISOString() : retry }),
    ...(errorSource !== undefined && { errorSource }),
    connector_id,
    ...(serviceMessage && { service_message: scrub.text(serviceMessage) }),
  };
}

/** What counts as a level of the log. */
const logLevels: Record<LogLevel, 'debug' | 'info' | 'warn' | 'error'> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
};

function writeServerLog(level: LogLevel, message: string): void {
  writeLog(logLevels[level], message);
}
