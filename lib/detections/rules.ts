import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { BadRequest, Conflict, NotFound, WriteConflict } from '../errors/errors.ts';
import { type Principal, profileUid } from '../security/principal.ts';
import { fitsKey, key } from '../stores/keys.ts';
import { inLanes } from '../stores/lanes.ts';
import { read, readMany } from '../stores/read.ts';
import { resolveObject } from '../stores/resolve-saved-object.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { registerType } from '../stores/saved-object-types.ts';
import {
  createObject,
  deleteObject,
  findObjects,
  getObject,
  objectConflict,
  type SavedObject,
  updateObject,
} from '../stores/saved-objects.ts';
import { firstVersion } from '../stores/versions.ts';
import type { Write } from '../stores/write.ts';
import { listedPart } from './alerting-view.ts';
import { completeRule } from './complete-rule.ts';
import type { RuleReference } from './rule-checks.ts';
import { requireRulePrivilege } from './rule-privileges.ts';
import { patchOf, type Rule, type RuleCreate, rule } from './rule-types.ts';

/**
 * Detection rules are saved objects of the type `alert`. Access: by id; by signature id; all of a space.
 *
 *   claim  pk <space>#rule_id   sk =<rule_id>   id: the rule that has it   version: tells one claim from the next
 *
 * The claim is what makes a signature id unique in its space, and the way from it to the rule.
 */
const table = 'SavedObjects';
export const RULE = 'alert';

registerType(RULE, {
  namespaces: 'multiple-isolated',
  hidden: true,
  migrationVersion: '10.6.0',
  summary: listedPart,
});

const claimRow = z.object({ id: z.string(), version: z.number() });

/** The equals sign keeps the key of an empty signature id from being empty. */
function claimKey(space: string, ruleId: string) {
  return key(`${space}#rule_id`, `=${ruleId}`);
}

/** Who acts, and where. */
export type Actor = { space: string; principal: Principal; now: Date; newId: () => string };

/** Creates a rule. @throws Forbidden; Conflict when the signature id is taken */
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
  const claim: Write = { table, create: { ...claimKey(space, rule_id), id, version: firstVersion(now) } };
  try {
    const actor = { space, now, profileUid: profileUid(principal) };
    await createObject({ type: RULE, id, attributes: created }, actor, { with: [claim] });
  } catch (error) {
    if (error instanceof WriteConflict) throw ruleIdTaken(rule_id);
    throw error;
  }
  return created;
}

function ruleIdTaken(ruleId: string): Conflict {
  return new Conflict(`rule_id: "${ruleId}" already exists`);
}

/** The rule that has the signature id. */
async function idOfClaim(space: string, ruleId: string): Promise<string | undefined> {
  if (!fitsKey(`=${ruleId}`)) return undefined;
  const row = await read(table, claimKey(space, ruleId));
  return row && claimRow.parse(row).id;
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
  const claims = await readMany(
    table,
    byRuleId.map((ruleId) => claimKey(space, ruleId)),
  );
  const claimed = new Map(
    claims.flatMap((row, index) => (row === undefined ? [] : [[byRuleId[index], claimRow.parse(row).id] as const])),
  );
  const ids = references.map(({ id, rule_id }) => id ?? claimed.get(rule_id));
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
 * @throws NotFound, Forbidden; BadRequest when the patch does not suit the type of the rule
 */
export async function patchRule(patch: RulePatch, { space, principal, now, newId }: Actor): Promise<Rule> {
  const { id, type } = await getRule(space, patch, now);
  requireRulePrivilege(principal, space, 'update', type);
  const changed = await updateObject(
    { type: RULE, id, space },
    (object) => ({ attributes: patched(ruleOf(object), patch, { space, principal, now, newId }) }),
    { now, profileUid: profileUid(principal) },
  );
  return ruleOf(changed);
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
 * Deletes a rule with its claim on the signature id, in one step.
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

async function removeRule({ id, rule_id }: Rule, space: string): Promise<void> {
  const address = claimKey(space, rule_id);
  const step = async () => {
    const row = await read(table, address);
    const claim = row && claimRow.parse(row);
    // A claim that names another rule is not this rule's to give back.
    const writes: Write[] = claim?.id === id ? [{ table, delete: address, version: claim.version }] : [];
    await deleteObject({ type: RULE, id, space }, { with: writes });
  };
  await retryOnConflict(step, { otherwise: () => objectConflict({ type: RULE, id }) });
}
