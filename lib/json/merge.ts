export type JsonObject = Record<string, unknown>;

/** True for a JSON object: not null, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deep merge as Elasticsearch's partial update does it: objects merge, everything else (arrays too) is replaced. */
export function mergeObjects(into: JsonObject, from: JsonObject): JsonObject {
  const merged = new Map(Object.entries(into));
  for (const [name, value] of Object.entries(from)) {
    const was = merged.get(name);
    merged.set(name, isObject(was) && isObject(value) ? mergeObjects(was, value) : value);
  }
  return Object.fromEntries(merged);
}
