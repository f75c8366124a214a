import * as z from 'zod';
import * as schema from '../../validation/config-schema.ts';
import { defineConnectorType } from '../connector-type.ts';

/** Writes a line to the log. */
export const serverLog = defineConnectorType({
  id: '.server-log',
  name: 'Server log',
  minimumLicense: 'basic',
  supportedFeatureIds: ['alerting', 'uptime'],
  config: schema.object({}),
  secrets: schema.object({}),
  params: schema.object({
    message: z.string(),
    level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  }),
  execute: async ({ params: { level, message } }, { log }) => {
    log(level, `Server log: ${message}`);
    return { status: 'ok' };
  },
});
