import type { Groups, ListType, Pair, StoredValue } from './list-types.ts';
import { pairs } from './list-types.ts';
import type { MatchLimits } from './serializer-sandbox.ts';
import { matchLines } from './serializer-sandbox.ts';

export type SerializerOptions = MatchLimits & {
  type: ListType;
  /** The list's own regular expression. Without one the type's default applies. */
  serializer?: string | undefined;
};

/**
 * Turns lines into what their items store, in order; null for a line that is no value of the type.
 * Throws `BadRequest` when the serializer is not a regular expression or takes too long; the limits hold for the call,
 * so a request makes one.
 */
export function parseValues(lines: readonly string[], options: SerializerOptions): (StoredValue | null)[] {
  const { type, serializer } = options;
  const pair = pairs[type];
  const trimmed = lines.map((line) => line.trim());
  if (serializer === undefined) return trimmed.map((text) => toStored(type, text, matchDefault(text, pair)));
  const matches = matchLines(serializer, trimmed, options);
  // A single value that the expression does not find is kept as it came, blanks included.
  return lines.map((line, index) => toStored(type, pair === undefined ? line : line.trim(), matches[index] ?? {}));
}

const lineTerminator = /[\n\r\u2028\u2029]/;

/**
 * The groups that the type's default serializer finds in a trimmed text. Done by hand because the expression for points
 * takes quadratic time on a long text without a comma. As in the expression, no part reaches over the end of a line.
 */
function matchDefault(text: string, pair: Pair | undefined): Groups {
  const lines = lineTerminator.test(text) ? text.split(lineTerminator) : [text];
  if (pair === undefined || pair.single === 'both') {
    const [first = ''] = lines;
    return (pair && splitPair(first, pair)) ?? (first === '' ? {} : { value: first });
  }
  // The expression would divide a polygon at its last comma; Kibana documents that well-known text is kept as it is.
  if (pair.asPoint && /^[A-Za-z]/.test(text)) return {};
  for (const line of lines) {
    const groups = splitPair(line, pair);
    if (groups) return groups;
  }
  return {};
}

/** Both parts have at least one character and the first takes as much as it can. */
function splitPair(line: string, { names: [first, second], separator }: Pair): Groups | undefined {
  const at = line.lastIndexOf(separator, line.length - 2);
  return at < 1 ? undefined : { [first]: line.slice(0, at), [second]: line.slice(at + 1) };
}

function toStored(type: ListType, text: string, groups: Groups): StoredValue | null {
  const value = groups.value?.trim();
  const { gte, lte, lat, lon } = groups;
  switch (pairs[type]?.single) {
    case undefined:
      return value ?? text;
    case 'both':
      if (gte !== undefined && lte !== undefined) return { gte: gte.trim(), lte: lte.trim() };
      if (value === undefined) return null;
      return type === 'ip_range' && value.includes('/') ? value : { gte: value, lte: value };
    case 'text':
      if (lat === undefined || lon === undefined) return text;
      return pairs[type]?.asPoint ? `POINT (${lon.trim()} ${lat.trim()})` : { lat: lat.trim(), lon: lon.trim() };
  }
}
