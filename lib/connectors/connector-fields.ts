import * as z from 'zod';
import { isObject } from '../json/merge.ts';
import * as schema from '../validation/config-schema.ts';

/** What is wrong with a value that holds a blank text at any depth; undefined when none does. */
function blankIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? `value '${value}' is not valid` : undefined;
  const children = isObject(value) ? Object.values(value) : Array.isArray(value) ? value : [];
  for (const child of children) {
    const problem = blankIn(child);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const notBlank: z.core.CheckFn<unknown> = ({ value, issues }) => {
  const problem = blankIn(value);
  if (problem !== undefined) issues.push({ code: 'custom', message: problem, input: value });
};

/** A text that is not blank. */
export const filledText = z.string().check(notBlank);

const settings = schema.record(z.string(), z.unknown().check(notBlank)).default({});

/** What both creating and updating a connector take. What config and secrets must hold is their type's to say. */
export const connectorFields = { name: filledText, config: settings, secrets: settings };
