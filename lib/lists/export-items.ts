import { renderValue } from './deserializer.ts';
import { itemsOf } from './list-items.ts';
import type { ValueList } from './lists.ts';

/** Lines that one chunk joins. */
const CHUNK_LINES = 1_000;

/** All values of a list as text, one a line, in the order of `tie_breaker_id`. */
export async function* exportItems(list: ValueList): AsyncGenerator<string> {
  let lines: string[] = [];
  for await (const { type, value, deserializer } of itemsOf(list)) {
    if (lines.push(`${renderValue({ type, stored: value, deserializer })}\n`) < CHUNK_LINES) continue;
    yield lines.join('');
    lines = [];
  }
  if (lines.length > 0) yield lines.join('');
}
