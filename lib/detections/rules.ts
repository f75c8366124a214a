import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import { BadRequest, Conflict, NotFound } from '../errors/errors.ts';
import { type Principal, profileUid } from '../security/principal.ts';
import { fitsKey } from '../stores/keys.ts';
import { inLanes } from '../stores/lanes.ts';
import { resolveObject } from '../stores/resolve-saved-object.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { registerType } from '../stores/saved-object-types.ts';
import {
  createObject,
  deleteObject,
  findObjects,
  getObject,
  type ObjectChange,
  objectConflict,
  type SavedObject,
  updateObject,
} from '../stores/saved-objects.ts';
import { listedPart } from './alerting-view.ts';
import { claim, claimKey, readClaims, releaseOf } from './claims.ts';
import { completeRule } from './complete-rule.ts';
import { defaultListKeys, takeDefaultList } from './default-lists.ts';
import type { RuleReference } from './rule-checks.ts';
import { requireRulePrivilege } from './rule-privileges.ts';
import { patchOf, type Rule, type RuleCreate, rule } from './rule-types.ts';

/**
 * Detection rules are saved objects of the type `alert`. Access: by id; by signature id; all of a space.
 *
 * A claim (`claims.ts`) is what makes a signature id unique in its space, and the way from it to the rule.
 */
export const RULE = 'alert';

registerType(RULE, {
  namespaces: 'multiple-isolated',
  hidden: true,
  migrationVersion: '10.6.0',
  summary: listedPart,
});

/** Who acts, and where. */
export type Actor = { space: string; principal: Principal; now: Date; newId: () => string };

/** Creates a rule. @throws Forbidden, ServerError; Conflict when the signature id or the default list is taken */
export async function createRule(request: RuleCreate, { space, principal, now, newId }: Actor): Promise<Rule> {
  requireRulePrivilege(principal, space, 'create', request.type);
  const time = now.toISOString();
  const id = newId();
  const rule_id = request.rule_id ?? newId();
  const created = completeRule(
    {
      ...request,
      id,
      rule_id,
      immutable: false,
      rule_source: { type: 'internal' },
      revision: 0,
      updated_at: time,
      updated_by: principal.username,
      created_at: time,
      created_by: principal.username,
    },
    newId,
  );
  const takeId = claim(claimKey(space, 'rule_id', rule_id), id, now);
  const step = async () => {
    const takeList = await takeDefaultList(created, { space, now, ruleOf: ruleIn(space, now) });
    const actor = { space, now, profileUid: profileUid(principal) };
    await createObject({ type: RULE, id, attributes: created }, actor, { with: [takeId, ...takeList] });
  };
  const { pk } = claimKey(space, 'rule_id', rule_id);
  // Who was faster at the list is told by the next round.
  await retryOnConflict(step, { when: ({ found }) => found?.pk !== pk, otherwise: () => ruleIdTaken(rule_id) });
  return created;
}

/** Looks up the rules that claims name. */
function ruleIn(space: string, now: Date) {
  return async (id: string) => (await findRules(space, [{ id }], now))[0];
}

function ruleIdTaken(ruleId: string): Conflict {
  return new Conflict(`rule_id: "${ruleId}" already exists`);
}

/** The rule that has the signature id. */
async function idOfClaim(space: string, ruleId: string): Promise<string | undefined> {
  if (!fitsKey(`=${ruleId}`)) return undefined;
  const [standing] = await readClaims([claimKey(space, 'rule_id', ruleId)]);
  return standing?.id;
}

/** @throws Conflict when a rule of the space has the signature id already */
export async function requireFreeRuleId(space: string, ruleId: string): Promise<void> {
  if ((await idOfClaim(space, ruleId)) !== undefined) throw ruleIdTaken(ruleId);
}

/** One rule by its id, a former id, or its signature id. @throws NotFound */
export async function getRule(space: string, reference: RuleReference, now: Date): Promise<Rule> {
  const found = await findRule(space, reference, now);
  if (found === undefined) throw ruleNotFound(reference);
  return found;
}

/** What clients are told of a rule that is not there: it quotes the id that they used. */
export function ruleNotFound({ id, rule_id }: RuleReference): NotFound {
  return new NotFound(id === undefined ? `rule_id: "${rule_id}" not found` : `id: "${id}" not found`);
}

async function findRule(space: string, { id, rule_id }: RuleReference, now: Date): Promise<Rule | undefined> {
  if (id !== undefined) return resolveRule(space, id, now);
  const claimed = rule_id === undefined ? undefined : await idOfClaim(space, rule_id);
  if (claimed === undefined) return undefined;
  const [object] = await findObjects(space, [{ type: RULE, id: claimed }]);
  return object && ruleOf(object);
}

async function resolveRule(space: string, id: string, now: Date): Promise<Rule | undefined> {
  try {
    const { object, outcome, alias } = await resolveObject({ type: RULE, id, space }, now);
    if (outcome === 'exactMatch') return ruleOf(object);
    return rule.parse({
      ...object.attributes,
      outcome,
      alias_target_id: alias?.targetId,
      alias_purpose: alias?.purpose,
    });
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

/** The rule that an object holds. */
export function ruleOf({ attributes }: SavedObject): Rule {
  return rule.parse(attributes);
}

/** Many rules, in the order of the references; undefined where there is none. Reads all of them in few requests. */
export async function findRules(
  space: string,
  references: readonly RuleReference[],
  now: Date,
): Promise<(Rule | undefined)[]> {
  const byRuleId = references.flatMap(({ rule_id }) =>
    rule_id !== undefined && fitsKey(`=${rule_id}`) ? [rule_id] : [],
  );
  const claims = await readClaims(byRuleId.map((ruleId) => claimKey(space, 'rule_id', ruleId)));
  const claimed = new Map(byRuleId.map((ruleId, index) => [ruleId, claims[index]?.id]));
  const ids = references.map(({ id, rule_id }) => id ?? (rule_id === undefined ? undefined : claimed.get(rule_id)));
  const wanted = ids.filter((id) => id !== undefined).map((id) => ({ type: RULE, id }));
  const objects = (await findObjects(space, wanted)).filter((object) => object !== undefined);
  const found = new Map(objects.map((object) => [object.id, ruleOf(object)]));
  const rules = ids.map((id) => found.get(id ?? ''));
  // Only an id that no rule has may be a former one.
  await inLanes(LANES, references.entries(), async ([index, { id }]) => {
    if (rules[index] === undefined && id !== undefined) rules[index] = await resolveRule(space, id, now);
  });
  return rules;
}

/** Look-ups of former ids at once. */
const LANES = 16;

/** A change of fields, not yet known to suit the type of the rule. */
export type RulePatch = Record<string, unknown> & RuleReference;

/**
 * Changes the fields of a rule that the patch names. The revision counts changes of what the rule is; switching it on or
 * off is none.
 *
 * @throws NotFound, Forbidden, ServerError; BadRequest when the patch does not suit the type of the rule; Conflict when
 * its default exception list is another rule's
 */
export async function patchRule(patch: RulePatch, { space, principal, now, newId }: Actor): Promise<Rule> {
  const { id, type } = await getRule(space, patch, now);
  requireRulePrivilege(principal, space, 'update', type);
  const change = async (object: SavedObject): Promise<ObjectChange> => {
    const was = ruleOf(object);
    const attributes = patched(was, patch, { space, principal, now, newId });
    if (isDeepStrictEqual(attributes.exceptions_list, was.exceptions_list)) return { attributes };
    const taker = { space, now, name: patch.id ?? patch.rule_id, ruleOf: ruleIn(space, now) };
    const taken = await takeDefaultList(attributes, taker);
    const kept = new Set(defaultListKeys(attributes, space).map(({ sk }) => sk));
    const dropped = defaultListKeys(was, space).filter(({ sk }) => !kept.has(sk));
    return { attributes, with: [...taken, ...(await releaseOf(dropped, id))] };
  };
  const step = () => updateObject({ type: RULE, id, space }, change, { now, profileUid: profileUid(principal) });
  return ruleOf(await retryOnConflict(step, { otherwise: () => objectConflict({ type: RULE, id }) }));
}

function patched(was: Rule, patch: RulePatch, { principal, now, newId }: Actor): Rule {
  const parsed = patchOf(was.type).safeParse(patch, { reportInput: true });
  if (!parsed.success) throw new UnfitPatch(parsed.error.issues);
  const { id: _, rule_id: __, ...changes } = parsed.data;
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const next = completeRule({ ...was, ...given }, newId);
  const isChanged = !isDeepStrictEqual({ ...next, enabled: was.enabled }, was);
  return rule.parse({
    ...next,
    revision: was.revision + (isChanged ? 1 : 0),
    updated_at: now.toISOString(),
    updated_by: principal.username,
  });
}

/** The fields of a patch do not suit the type that the rule turned out to have. */
export class UnfitPatch extends BadRequest {
  readonly issues: readonly z.core.$ZodIssue[];

  constructor(issues: readonly z.core.$ZodIssue[]) {
    super('the change does not suit the type of the rule');
    this.issues = issues;
  }
}

/**
 * Deletes a rule with its claims, in one step.
 *
 * @throws Forbidden; NotFound when somebody else deleted it meanwhile; Conflict when others kept changing it
 */
export async function deleteRule(rule: Rule, { space, principal }: Actor): Promise<void> {
  requireRulePrivilege(principal, space, 'delete', rule.type);
  await removeRule(rule, space);
}

/** Deletes a rule whoever asks: its space is deleted. @throws NotFound */
export async function removeRuleById(id: string, space: string): Promise<void> {
  await removeRule(ruleOf(await getObject({ type: RULE, id, space })), space);
}

async function removeRule(rule: Rule, space: string): Promise<void> {
  const { id, rule_id } = rule;
  const claimed = [claimKey(space, 'rule_id', rule_id), ...defaultListKeys(rule, space)];
  const step = async () => {
    await deleteObject({ type: RULE, id, space }, { with: await releaseOf(claimed, id) });
  };
  await retryOnConflict(step, { otherwise: () => objectConflict({ type: RULE, id }) });
}
