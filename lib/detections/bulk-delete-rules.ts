import { inLanes } from '../stores/lanes.ts';
import { entryError } from './entry-error.ts';
import { problemOfReference, type RuleReference } from './rule-checks.ts';
import type { Rule } from './rule-types.ts';
import { type Actor, deleteRule, findRules, ruleNotFound } from './rules.ts';

/** What could not be done for one rule of many, under the key that the client used. */
export type BulkError = { id?: string; rule_id?: string; error: { status_code: number; message: string } };

/** Deletions under way at once. */
const LANES = 16;

/**
 * Deletes rules, each by itself: what is wrong with one does not touch the others. Gives the rules as they were before,
 * in the order of the references. All are looked up before any is deleted, so a rule that is named twice fails once: the
 * second time.
 */
export async function bulkDeleteRules(
  references: readonly RuleReference[],
  actor: Actor,
): Promise<(Rule | BulkError)[]> {
  const problems = references.map(problemOfReference);
  const named = references.map((reference, index) => (problems[index] === undefined ? reference : {}));
  const rules = await findRules(actor.space, named, actor.now);
  const results: (Rule | BulkError)[] = [];
  // Who names a rule again waits for the one before: otherwise either could be the one that finds it gone.
  const turns = new Map<string, Promise<unknown>>();
  await inLanes(LANES, references.entries(), async ([index, reference]) => {
    const rule = rules[index];
    const turn = rule && turns.get(rule.id);
    const work = Promise.resolve(turn).then(() => deleteOne(reference, rule, problems[index], actor));
    if (rule !== undefined) turns.set(rule.id, work);
    results[index] = await work;
  });
  return results;
}

async function deleteOne(
  reference: RuleReference,
  rule: Rule | undefined,
  problem: string | undefined,
  actor: Actor,
): Promise<Rule | BulkError> {
  const { id, rule_id } = reference;
  if (problem !== undefined) return failure({ rule_id: id ?? rule_id ?? '(unknown id)' }, 400, problem);
  if (rule === undefined) {
    const missing = ruleNotFound(reference);
    return failure(id === undefined ? { rule_id: rule_id ?? '' } : { id }, missing.status, missing.message);
  }
  try {
    await deleteRule(rule, actor);
    return rule;
  } catch (error) {
    const { status_code, message } = entryError(error);
    return failure({ rule_id: id ?? rule_id ?? '' }, status_code, message);
  }
}

function failure(key: { id: string } | { rule_id: string }, status_code: number, message: string): BulkError {
  return { ...key, error: { status_code, message } };
}
