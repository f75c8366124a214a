import * as z from 'zod';
import { HttpError } from '../../errors/errors.ts';
import * as schema from '../../validation/config-schema.ts';
import { defineConnectorType } from '../connector-type.ts';
import { bulkCreate } from '../index-documents.ts';
import { anyRecord, messageOf, nullable } from '../validation.ts';

const HISTORY_PREFIX = 'kibana-alert-history-';

/** Adds documents to an index, as the user who runs it. */
export const esIndex = defineConnectorType({
  id: '.index',
  name: 'Index',
  minimumLicense: 'basic',
  supportedFeatureIds: ['alerting', 'uptime', 'siem'],
  config: schema.object({
    index: z.string(),
    refresh: schema.boolean().default(false),
    executionTimeField: nullable(z.string()),
  }),
  secrets: schema.object({}),
  params: schema.object({
    documents: schema.array(anyRecord),
    indexOverride: nullable(
      z.string().startsWith(HISTORY_PREFIX, { error: `index must start with "${HISTORY_PREFIX}"` }),
    ),
  }),
  execute: async ({ config, params }, { principal, now, outbound, log }) => {
    const timeField = config.executionTimeField?.trim() ?? '';
    const time = timeField === '' ? {} : { [timeField]: now.toISOString() };
    const documents = params.documents.map((document) => ({ source: { ...document, ...time } }));
    const message = 'error indexing documents';
    try {
      const index = params.indexOverride || config.index;
      const answer = await bulkCreate(index, documents, { as: principal, now, deadline: outbound.deadline });
      if (!answer.errors) return { status: 'ok', data: answer };
      const reasons = answer.items.flatMap(({ create }) => ('error' in create ? [create.error.reason] : []));
      return { status: 'error', message, serviceMessage: reasons.join(';') };
    } catch (error) {
      if (error instanceof HttpError) return { status: 'error', message, serviceMessage: error.message };
      // What the store says of itself is for the log only.
      log('error', `${message}: ${messageOf(error)}`);
      return { status: 'error', message, serviceMessage: 'the index is not available', retry: true };
    }
  },
});
