import { Forbidden } from '../errors/errors.ts';
import type { Principal } from '../security/principal.ts';
import { mayUseSavedObjects } from '../security/privileges.ts';
import { alertTypeIdOf } from './alerting-view.ts';
import type { RuleType } from './rule-types.ts';

export type RuleOperation = 'create' | 'update' | 'delete';

/** Whoever may write this type of saved objects has the privilege `all` of the Security feature: no other contains it. */
const MARK = 'security-rule';

/**
 * The alerting framework's own check, behind the one of the route: rules change only by the hand of who has `all` of the
 * Security feature.
 *
 * @throws Forbidden
 */
export function requireRulePrivilege(
  principal: Principal,
  space: string,
  operation: RuleOperation,
  type: RuleType,
): void {
  if (mayUseSavedObjects(principal, space, MARK, 'write')) return;
  throw new Forbidden(`Unauthorized by "siem" to ${operation} "${alertTypeIdOf(type)}" rule`);
}
