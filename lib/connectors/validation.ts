import * as z from 'zod';
import type { JsonObject } from '../json/merge.ts';
import { configSchema, record } from '../validation/config-schema.ts';

export type Part = 'params' | 'config' | 'secrets' | 'connector';

const partNames: Record<Part, string> = {
  params: 'action params',
  config: 'action type config',
  secrets: 'action type secrets',
  connector: 'action type connector',
};

/** Params, config or secrets that do not fit their connector type. */
export class InvalidConnector extends Error {
  override readonly name = 'InvalidConnector';
  readonly part: Part;

  constructor(part: Part, problem: string) {
    super(`error validating ${partNames[part]}: ${problem}`);
    this.part = part;
  }
}

/** Parses one part of a connector. @throws InvalidConnector with the first problem in config-schema's words */
export function parsePart<Schema extends z.ZodType>(part: Part, schema: Schema, value: unknown): z.output<Schema> {
  return parseOr(schema, value, (problem) => new InvalidConnector(part, problem));
}

/** Parses a value; throws what `failure` makes of the first problem, in config-schema's words. */
export function parseOr<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  failure: (problem: string) => Error,
): z.output<Schema> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  // Here the value is the whole: paths begin with its own keys.
  const text = configSchema([{ source: 'params', issues: parsed.error.issues }]);
  throw failure(text.replace(/^\[request params\]: /, '').replaceAll('[request params.', '['));
}

/** Runs a rule that no schema can tell; what it throws says what is wrong. @throws InvalidConnector */
export function checkPart(part: Part, rule: () => void): void {
  try {
    rule();
  } catch (error) {
    throw new InvalidConnector(part, messageOf(error));
  }
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * A branch of a union. Whatever is wrong inside counts against the branch as a whole; zod would otherwise tell some
 * problems (unknown keys, lengths) of the only branch that has no worse ones, as if there were no union.
 */
export function branch<Schema extends z.ZodType>(schema: Schema) {
  return schema.transform((value, { issues }) => {
    for (const [index, issue] of issues.entries()) issues[index] = { ...issue, continue: false };
    return value;
  });
}

/** A value that may be null, and is null when absent. */
export function nullable<Schema extends z.ZodType>(schema: Schema) {
  return z.union([branch(schema), z.literal(null)]).default(null);
}

/** A map of free keys to any JSON; JSON text of one counts. */
export const anyRecord: z.ZodType<JsonObject> = record(z.string(), z.unknown());
