import { type Context, createContext, Script } from 'node:vm';
import { BadRequest } from '../errors/errors.ts';
import type { Groups } from './list-types.ts';
import { groupNames } from './list-types.ts';

export type MatchLimits = {
  /** Milliseconds that all lines together may compute; time in which a busy machine lets them wait counts a tenth. */
  budgetMs?: number;
};

/** A call into the context costs 0.2 ms, so lines go in batches; they exist several times meanwhile, so these stay small. */
const batchLines = 1_000;
const batchCharacters = 500_000;

/**
 * Expression and lines reach the context as one JSON text and the groups come back as one: no code is ever put together
 * from them, and no object crosses the border in either direction.
 */
const matchScript = new Script(`(() => {
  'use strict';
  const { serializer, names, lines } = JSON.parse(input);
  try {
    const expression = new RegExp(serializer);
    const groupsOf = (line) => {
      const groups = expression.exec(line)?.groups;
      return names.map((name) => groups?.[name] ?? null);
    };
    return JSON.stringify({ matches: lines.map(groupsOf) });
  } catch (error) {
    return JSON.stringify({ error: String(error.message) });
  }
})()`);

const timeoutCode = 'ERR_SCRIPT_EXECUTION_TIMEOUT';

type Answer = { matches: (string | null)[][] } | { error: string };
type Budget = { leftMs: number };

/** Has nothing but the language itself: no host object, no way to make code from strings. Made when first needed. */
let context: Context | undefined;

/** Undefined when the time is over. */
function runBatch(serializer: string, lines: readonly string[], timeout: number): Answer | undefined {
  context ??= createContext(Object.create(null), { codeGeneration: { strings: false, wasm: false } });
  context.input = JSON.stringify({ serializer, names: groupNames, lines });
  try {
    const answer: Answer = JSON.parse(matchScript.runInContext(context, { timeout }));
    return answer;
  } catch (error) {
    // The error of the deadline is made inside the context, so it is no instance of this side's Error.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === timeoutCode) return undefined;
    throw error;
  } finally {
    context.input = '';
  }
}

/**
 * What the named groups of a user's regular expression hold for each line, an empty record where it does not match.
 * No expression can hang the process: `BadRequest` when one takes too long, and when it is not a regular expression.
 */
export function matchLines(
  serializer: string,
  lines: readonly string[],
  { budgetMs = 2_000 }: MatchLimits = {},
): Groups[] {
  checkSize(serializer);
  const budget = { leftMs: budgetMs };
  const found: Groups[] = [];
  // Also without lines: an invalid expression is refused whether or not it is used.
  for (let from = 0; from === 0 || from < lines.length; ) {
    const batch = nextBatch(lines, from);
    from += Math.max(batch.length, 1);
    const answer = match(serializer, batch, budget);
    if ('error' in answer) throw new BadRequest(`Invalid serializer: ${shorten(answer.error)}`);
    for (const values of answer.matches) found.push(toGroups(values));
  }
  return found;
}

/**
 * The script's timeout goes by the clock, which also runs while the thread waits for the processor. So what counts is
 * what was computed, and a batch that had to wait too long is tried again.
 */
function match(serializer: string, batch: readonly string[], budget: Budget): Answer {
  while (budget.leftMs >= 1) {
    const startedAt = performance.now();
    const before = process.threadCpuUsage();
    const answer = runBatch(serializer, batch, Math.floor(budget.leftMs));
    const { user, system } = process.threadCpuUsage(before);
    // Never less than a tenth of the time, so that there is an end.
    budget.leftMs -= Math.max((user + system) / 1_000, (performance.now() - startedAt) / 10);
    if (answer !== undefined) return answer;
  }
  throw tookTooLong(serializer);
}

function nextBatch(lines: readonly string[], from: number): readonly string[] {
  let to = from;
  let characters = 0;
  while (to < lines.length && to - from < batchLines && characters < batchCharacters) {
    characters += lines[to]?.length ?? 0;
    to += 1;
  }
  return lines.slice(from, to);
}

function toGroups(values: readonly (string | null)[]): Groups {
  const groups: Groups = {};
  groupNames.forEach((name, index) => {
    const value = values[index];
    if (typeof value === 'string') groups[name] = value;
  });
  return groups;
}

const tookTooLong = (serializer: string) =>
  new BadRequest(`The serializer [${shorten(serializer)}] takes too long to match a value`);

/**
 * The deadline stops an expression while it matches, not while the engine compiles it. Compiling takes a second at most
 * for an expression of this length, and ends the whole process when groups stand some thousand deep in each other.
 */
const maxLength = 4_096;
const maxGroupDepth = 50;

function checkSize(serializer: string): void {
  if (serializer.length > maxLength) {
    throw new BadRequest(`Invalid serializer: it is longer than ${maxLength} characters`);
  }
  if (groupDepth(serializer) > maxGroupDepth) {
    throw new BadRequest(`Invalid serializer: more than ${maxGroupDepth} groups inside each other`);
  }
}

function groupDepth(serializer: string): number {
  let depth = 0;
  let deepest = 0;
  // Escaped characters and character classes are skipped whole: their parentheses open nothing.
  for (const [part] of serializer.matchAll(/\\.|\[(?:\\.|[^\]\\])*|[()]/gs)) {
    if (part === '(') depth += 1;
    else if (part === ')') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** Expressions can be as long as the request allows; messages quote the beginning. */
const shorten = (text: string) => (text.length <= 200 ? text : `${text.slice(0, 200)}…`);
