/** JSON Schemas shorter than this stand where they are used, however often. */
const WORTH_SHARING = 300;

type Json = { [key: string]: unknown };

/**
 * Moves schemas that an OpenAPI document repeats into `components.schemas`, so that each stands once. `places` are the
 * schemas of the document by a name that says where they stand; they are changed in place.
 */
export function shareSchemas(places: readonly { name: string; schema: Json }[]): Record<string, Json> {
  const seen = new Map<string, { count: number; name: string }>();
  for (const { name, schema } of places) {
    visit(schema, name, (part, partName) => {
      const text = JSON.stringify(part);
      if (text.length < WORTH_SHARING) return;
      const entry = seen.get(text) ?? { count: 0, name: partName };
      entry.count += 1;
      seen.set(text, entry);
    });
  }
  const shared: Record<string, Json> = {};
  for (const { schema } of places) replaceParts(schema);
  return shared;

  function replaceParts(schema: Json): void {
    const text = JSON.stringify(schema);
    const entry = seen.get(text);
    if (entry === undefined || entry.count < 2) {
      for (const [, part] of partsOf(schema)) replaceParts(part);
      return;
    }
    if (shared[entry.name] === undefined) {
      const copy: Json = JSON.parse(text);
      shared[entry.name] = copy;
      for (const [, part] of partsOf(copy)) replaceParts(part);
    }
    for (const key of Object.keys(schema)) delete schema[key];
    schema.$ref = `#/components/schemas/${entry.name}`;
  }
}

function visit(schema: Json, name: string, see: (schema: Json, name: string) => void): void {
  see(schema, name);
  for (const [key, part] of partsOf(schema)) visit(part, `${name}.${key.replace(/[^\w.-]/g, '_')}`, see);
}

/** The schemas directly inside a schema, by where they stand. */
function partsOf(schema: Json): [string, Json][] {
  const { properties, items, additionalProperties, anyOf, oneOf, allOf } = schema;
  return [
    ...(isJson(properties) ? Object.entries(properties) : []),
    ...[anyOf, oneOf, allOf].flatMap((list) =>
      Array.isArray(list) ? list.map((part, index): [string, unknown] => [String(index), part]) : [],
    ),
    ['items', items] as [string, unknown],
    ['values', additionalProperties] as [string, unknown],
  ].flatMap(([key, part]) => (isJson(part) ? [[String(key), part] as [string, Json]] : []));
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
