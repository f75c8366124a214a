import { hash, randomUUID } from 'node:crypto';
import { key } from '../stores/keys.ts';

/**
 * Where items lie. Exports run in the order of `tie_breaker_id`; a list may hold millions, more than one partition
 * writes in a request; and an item is found by its value and by its id.
 *
 *   tie_breaker_id  vvvvvvvv-vvvv-4rrr-Vrrr-iiiiiiiiiiii   v: hash of the value   r: random   i: the list's incarnation
 *   id              iiiiiiii-iiii-4rrr-Vrrr-vvvvvvvvvvvv   the same with first and last twelve digits exchanged
 *
 * Both are UUIDs (version 4). The partition is the first digit of the tie breaker, so 16 partitions in turn are the
 * export's order; «by value» is one query for the first twelve; and an id that was made here says where its item lies. An
 * id that the caller chose has a row that says so.
 */
export type ItemKey = { pk: string; sk: string };

const HEX = [...'0123456789abcdef'];
const GENERATED = /^([0-9a-f]{8})-([0-9a-f]{4})-(4[0-9a-f]{3}-[89ab][0-9a-f]{3})-([0-9a-f]{12})$/;

type Place = { space: string; incarnation: string };

/** The partitions of a list's items, in the order of its export. */
export function partitionsOf({ space, incarnation }: Place): string[] {
  return HEX.map((hex) => `${space}#${incarnation}#${hex}`);
}

/** A new `tie_breaker_id` for a value; `canonical` is equal for equal values. */
export function newTieBreaker({ incarnation }: Place, canonical: string): string {
  const value = hashDigits(canonical);
  // The third and fourth group of any UUID of version 4 are what stands there in this one.
  return `${value.slice(0, 8)}-${value.slice(8)}-${randomUUID().slice(14, 23)}-${incarnation}`;
}

/** The id that belongs to a tie breaker, unless the caller chose another; and the other way round. */
export function exchanged(id: string): string | undefined {
  const [, first, second, middle, last] = GENERATED.exec(id) ?? [];
  if (first === undefined || second === undefined || last === undefined) return undefined;
  return `${last.slice(0, 8)}-${last.slice(8)}-${middle}-${first}${second}`;
}

/** Address of the item with this tie breaker. */
export function itemKey({ space, incarnation }: Place, tieBreaker: string): ItemKey {
  return key(`${space}#${incarnation}#${tieBreaker.slice(0, 1)}`, tieBreaker);
}

/** Address of the item that an id of ours leads to; undefined for ids of other forms. */
export function keyOfGeneratedId(space: string, id: string): ItemKey | undefined {
  const tieBreaker = exchanged(id);
  return tieBreaker === undefined ? undefined : itemKey({ space, incarnation: tieBreaker.slice(-12) }, tieBreaker);
}

/** Partition and first twelve digits under which the items of a value lie. */
export function valuePrefix({ space, incarnation }: Place, canonical: string): { pk: string; prefix: string } {
  const value = hashDigits(canonical);
  return { pk: `${space}#${incarnation}#${value.slice(0, 1)}`, prefix: `${value.slice(0, 8)}-${value.slice(8)}-` };
}

function hashDigits(canonical: string): string {
  return hash('sha256', canonical).slice(0, 12);
}
