import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { config } from './config.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const SILENT = 'silent';
const levels = ['debug', 'info', 'warn', 'error', SILENT] as const;

type RequestLine = { status: number; durationMs: number } & Record<string, unknown>;

let tools: { logger: Logger; metrics: Metrics } | undefined;

function powertools(): { logger: Logger; metrics: Metrics } {
  const { serviceName } = config();
  tools ??= {
    // What is shown is decided here, because a line may also hold metrics.
    logger: new Logger({ serviceName, logLevel: 'DEBUG' }),
    metrics: new Metrics({ serviceName, namespace: 'Kibana' }),
  };
  return tools;
}

function isShown(level: LogLevel): boolean {
  return levels.indexOf(level) >= levels.indexOf(config().logLevel);
}

/** Writes one line of JSON, if the level is shown: level, message, time, service, trace, and the fields. */
export function writeLog(level: LogLevel, message: string, fields: Record<string, unknown> = {}): void {
  if (isShown(level)) powertools().logger[level](message, fields);
}

/**
 * Writes the line of a request. Where the stage wants metrics, they are part of the line, in CloudWatch's embedded metric
 * format: `Duration` (its sample count is the number of requests), `ClientErrors` and `ServerErrors`.
 */
export function writeRequest(level: LogLevel, request: RequestLine): void {
  if (!config().metrics || config().logLevel === SILENT) {
    writeLog(level, 'request', request);
    return;
  }
  const { logger, metrics } = powertools();
  const { status, durationMs } = request;
  metrics.addMetric('Duration', MetricUnit.Milliseconds, durationMs);
  metrics.addMetric('ClientErrors', MetricUnit.Count, status >= 400 && status < 500 ? 1 : 0);
  metrics.addMetric('ServerErrors', MetricUnit.Count, status >= 500 ? 1 : 0);
  // The logger writes the dimension `service` itself.
  const { service: _, ...embedded } = { service: '', ...metrics.serializeMetrics() };
  metrics.clearMetrics();
  logger[level]('request', isShown(level) ? { ...request, ...embedded } : embedded);
}
