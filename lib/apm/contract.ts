import * as z from 'zod';
import { flag, isTrue, jsonBoolean, text } from '../validation/io-ts-apm.ts';
import { knownSettings, settingProblem } from './settings.ts';

/** Requests and answers of the agent configuration's operations, with the codec names that refusals quote. */

const serviceCodec = 'Partial<{ name: string, environment: string }>';

const service = z.strictObject({ name: text.optional(), environment: text.optional() }, { error: serviceCodec });

/** The switch that every APM route has. */
const inspect = { _inspect: jsonBoolean.optional() };

export const plainQuery = z.strictObject(inspect);
export const serviceQuery = z.strictObject({ name: text.optional(), environment: text.optional(), ...inspect });
export const putQuery = z.strictObject({ overwrite: isTrue.optional(), ...inspect });

const textsCodec = '{ [K in string]: string }';
const knownCodec = `Partial<{ ${Object.entries(knownSettings)
  .map(([key, { codec }]) => `${key}: ${codec}`)
  .join(', ')} }>`;

/** First every value has to be a text, then the known ones have to be right; what fails twice is told twice. */
const settings = z
  .record(z.string(), z.unknown(), { error: `${textsCodec}\n${knownCodec}` })
  .superRefine((values, context) => {
    for (const [key, input] of Object.entries(values)) {
      if (typeof input === 'string') continue;
      context.issues.push({ code: 'invalid_type', expected: 'string', message: 'string', path: [key], input });
    }
    for (const key of Object.keys(knownSettings)) {
      const input = Object.hasOwn(values, key) ? values[key] : undefined;
      const problem = settingProblem(key, input);
      if (problem === undefined) continue;
      if ('message' in problem) {
        context.issues.push({ code: 'custom', message: problem.message, path: [key], input });
      } else {
        context.issues.push({ code: 'invalid_type', expected: 'string', message: problem.codecs, path: [key], input });
      }
    }
  })
  .pipe(z.record(z.string(), z.string()));

/** Errors of a body under the codec names that a value which is no object fails. */
export const putBody = z.strictObject(
  { agent_name: text.optional(), service, settings },
  {
    error: `Partial<{ agent_name: string }>\n{ service: ${serviceCodec}, settings: (${textsCodec} & ${knownCodec}) }`,
  },
);

export const deleteBody = z.strictObject({ service }, { error: `{ service: ${serviceCodec} }` });

export const searchBody = z.strictObject(
  { service, etag: text.optional(), mark_as_applied_by_agent: flag.optional() },
  { error: `{ service: ${serviceCodec} }\nPartial<{ etag: string, mark_as_applied_by_agent: boolean }>` },
);

/** An agent configuration as it is answered, without its id. */
export const configuration = z.object({
  agent_name: z.string().optional(),
  service: z.object({ name: z.string().optional(), environment: z.string().optional() }),
  settings: z.record(z.string(), z.string()),
  '@timestamp': z.number(),
  applied_by_agent: z.boolean(),
  etag: z.string(),
});

/** Kibana's debug switch adds a list to the body; there are no queries here that it could show. */
export function inspected(asked: boolean | undefined): { _inspect?: [] } {
  return asked === true ? { _inspect: [] } : {};
}
