export type Fields = Record<string, unknown>;

/** Whether the value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Everything that stands at a dotted path, arrays opened: `a.b` is found in `{a: {b: 1}}`, `{a: [{b: 1}]}` and
 * `{'a.b': 1}`. Only own properties count. No recursion: the depth of records is the clients'.
 */
export function valuesAt(record: Fields, path: string): unknown[] {
  const found: unknown[] = [];
  const open: { value: unknown; at: number }[] = [{ value: record, at: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, at } = next;
    if (Array.isArray(value)) for (const element of value) open.push({ value: element, at });
    else if (at > path.length) found.push(value);
    else if (isFields(value)) {
      for (const key of Object.keys(value)) {
        const end = at + key.length;
        if ((end === path.length || path.charAt(end) === '.') && path.startsWith(key, at)) {
          open.push({ value: value[key], at: end + 1 });
        }
      }
    }
  }
  return found;
}

/** Every value of the record that is neither an object nor an array nor null, with its dotted path. */
export function* leavesOf(record: unknown): Generator<{ path: string; value: unknown }> {
  const open: { value: unknown; path: string }[] = [{ value: record, path: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    if (Array.isArray(value)) for (const element of value) open.push({ value: element, path });
    else if (isFields(value)) {
      const prefix = path === '' ? '' : `${path}.`;
      for (const key of Object.keys(value)) open.push({ value: value[key], path: prefix + key });
    } else if (value !== null && value !== undefined) yield { path, value };
  }
}
