import * as z from 'zod';
import type { Issue, Problems, ValidationRenderer } from './issues.ts';

/** Where io-ts says that a value of a source is; APM's routes nest their codecs differently. */
export type Roots = {
  query?: string;
  body?: string;
  /** Keys at the top whose codec is an intersection: they stand in no path. */
  unnamed?: readonly string[];
};

/**
 * APM's io-ts routes check all of a request at once: every type error on a line of its own; unknown keys are told when
 * there is no other problem.
 *
 * The message of an issue that is not `custom` is the name of the codec that refuses the value; when several do, one
 * name a line.
 */
export function ioTsApm({ query = '/query', body = '/body', unnamed = [] }: Roots = {}): ValidationRenderer {
  const roots = { params: '/path', query, body };
  const render = (problems: readonly Problems[]): string => {
    const errors = problems.flatMap(({ source, issues }) =>
      issues
        .filter(({ code }) => code !== 'unrecognized_keys')
        .flatMap((issue) => linesOf(roots[source], unnamed, issue)),
    );
    const lines =
      errors.length > 0 ? errors : [`Excess keys are not allowed:\n${problems.flatMap(excessKeys).join('\n')}`];
    return `Failed to validate: \n${lines.map((line) => `  ${line}`).join('\n')}`;
  };
  return Object.assign(render, { checksAllSources: true });
}

function linesOf(root: string, unnamed: readonly string[], issue: Issue): string[] {
  if (issue.code === 'custom') return [issue.message];
  const [first, ...rest] = issue.path.map(String);
  const path = first === undefined || unnamed.includes(first) ? rest : [first, ...rest];
  const place = [root, ...path].join('/');
  // Kibana drops an absent body, for which the pipeline has null.
  const value = issue.path.length === 0 && issue.input === null ? undefined : issue.input;
  return issue.message
    .split('\n')
    .map((codec) => `in ${place}: ${JSON.stringify(value)} does not match expected type ${codec}`);
}

function excessKeys({ source, issues }: Problems): string[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [source, ...issue.path, key].join('.')) : [],
  );
}

/** `t.string` */
export const text = z.string({ error: 'string' });

/** `t.boolean` */
export const flag = z.boolean({ error: 'boolean' });

/** A boolean in a query: JSON text of one. */
export const jsonBoolean = z
  .unknown()
  .transform((value, context): boolean => {
    const parsed = jsonOf(value);
    if (typeof parsed === 'boolean') return parsed;
    context.issues.push({ code: 'invalid_type', expected: 'boolean', input: parsed, message: 'pipe(JSON, boolean)' });
    return z.NEVER;
  })
  .meta({ type: 'boolean' });

function jsonOf(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}

/** True for the text `true` alone; nothing is refused. */
export const isTrue = z
  .unknown()
  .transform((value) => value === 'true')
  .meta({ type: 'boolean' });
