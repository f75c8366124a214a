import { Conflict, ServerError } from '../errors/errors.ts';
import { fitsKey, type Key } from '../stores/keys.ts';
import type { Write } from '../stores/write.ts';
import { claim, claimKey, readClaims } from './claims.ts';
import type { Rule } from './rule-types.ts';

/** A rule has one default exception list at most, and shares it with no other rule of its space. */
type WithLists = Pick<Rule, 'exceptions_list'>;

/** Where the claims on a rule's default lists stand. An id too long for a key is none that a list can have. */
export function defaultListKeys({ exceptions_list }: WithLists, space: string): Key[] {
  return exceptions_list
    .filter(({ type, list_id }) => type === 'rule_default' && fitsKey(`=${list_id}`))
    .map(({ list_id }) => claimKey(space, 'rule_default', list_id));
}

/** Who takes a list, and where. */
export type Taker = {
  space: string;
  now: Date;
  /** How the client names a rule that stands already. */
  name?: string | undefined;
  /** The rule that a claim names, if it still stands. */
  ruleOf: (id: string) => Promise<WithLists | undefined>;
};

/**
 * The writes by which a rule takes its default exception list, if it has one. A claim whose rule no longer has the list is
 * there to be taken.
 *
 * @throws ServerError when the rule has several: Kibana tells it with this status. Conflict when another rule has the list
 */
export async function takeDefaultList(rule: Rule, { space, now, name, ruleOf }: Taker): Promise<Write[]> {
  const [address, ...more] = defaultListKeys(rule, space);
  if (more.length > 0) throw new ServerError('More than one default exception list found on rule');
  if (address === undefined) return [];
  const [standing] = await readClaims([address]);
  const holder = standing === undefined || standing.id === rule.id ? undefined : await ruleOf(standing.id);
  if (holder !== undefined && defaultListKeys(holder, space).some(({ sk }) => sk === address.sk)) {
    const whose = name === undefined ? '' : ` for rule: ${name}`;
    throw new Conflict(`default exception list${whose} already exists in rule(s): ${standing?.id}`);
  }
  return [claim(address, rule.id, now, standing)];
}
