import * as z from 'zod';
import * as schema from '../validation/config-schema.ts';

/** A role as Kibana's API has it. Limits and texts are Kibana's; what only Elasticsearch refuses is checked later. */

const name = z.string().regex(/^[a-zA-Z0-9_-]+$/, { error: "only a-z, A-Z, 0-9, '_', and '-' are allowed" });

const spaceId = z.string().regex(/^[a-z0-9_-]+$/, { error: "must be lower case, a-z, 0-9, '_', and '-' are allowed" });

const ANY_SPACE = '*';

const kibanaEntry = schema
  .object({
    spaces: schema
      .oneOf([schema.array(z.literal(ANY_SPACE), { min: 1, max: 1 }), schema.array(spaceId)])
      .default([ANY_SPACE]),
    base: schema.array(z.string()).optional(),
    feature: schema.record(name, schema.array(name)).optional(),
  })
  .superRefine(({ spaces, base = [], feature = {} }, context) => {
    const scope = spaces.includes(ANY_SPACE) ? 'global' : 'space';
    const unknown = base.findIndex((privilege) => privilege !== 'all' && privilege !== 'read');
    const hasFeatures = Object.keys(feature).length > 0;
    const add = (message: string, path: (string | number)[] = []) =>
      context.addIssue({ code: 'custom', message, path });
    if (unknown >= 0) {
      add(`unknown ${scope} privilege "${base[unknown]}", must be one of [all,read]`, ['base', unknown]);
    } else if (base.length === 0 && !hasFeatures) {
      add('either [base] or [feature] is expected, but none of them specified');
    } else if (base.length > 0 && hasFeatures) {
      add("definition of [feature] isn't allowed when non-empty [base] is defined.");
    }
  });

const kibana = schema.array(kibanaEntry).superRefine((entries, context) => {
  const repeated = repeatedSpaces(entries.map(({ spaces }) => new Set(spaces)));
  if (repeated === undefined) return;
  context.addIssue({
    code: 'custom',
    message: `more than one privilege is applied to the following spaces: [${repeated}]`,
  });
});

/** The spaces that the first two entries with a space in common share; undefined when no two do. */
function repeatedSpaces(entries: readonly ReadonlySet<string>[]): string[] | undefined {
  // Entries are walked once and not compared in pairs: there may be tens of thousands.
  const firstWith = new Map<string, number>();
  let first: { one: number; other: ReadonlySet<string> } | undefined;
  entries.forEach((spaces, index) => {
    for (const space of spaces) {
      const one = firstWith.get(space);
      if (one === undefined) firstWith.set(space, index);
      else if (first === undefined || one < first.one) first = { one, other: spaces };
    }
  });
  if (first === undefined) return undefined;
  const { one, other } = first;
  return [...(entries[one] ?? [])].filter((space) => other.has(space));
}

const indices = {
  names: schema.array(z.string(), { min: 1 }),
  privileges: schema.array(z.string(), { min: 1 }),
  field_security: schema.record(z.string(), schema.array(z.string())).optional(),
  query: z.string().optional(),
  allow_restricted_indices: schema.boolean().optional(),
};

export const kibanaRole = schema.object({
  description: z.string().max(2_048).optional(),
  metadata: schema.record(z.string(), z.unknown()).optional(),
  elasticsearch: schema.object({
    cluster: schema.array(z.string()).optional(),
    remote_cluster: schema
      .array(
        schema.object({
          privileges: schema.array(z.string(), { min: 1 }),
          clusters: schema.array(z.string(), { min: 1 }),
        }),
      )
      .optional(),
    indices: schema.array(schema.object(indices)).optional(),
    remote_indices: schema
      .array(schema.object({ clusters: schema.array(z.string(), { min: 1 }), ...indices }))
      .optional(),
    run_as: schema.array(z.string()).optional(),
  }),
  kibana: kibana.optional(),
});

export type KibanaRole = z.output<typeof kibanaRole>;
export type KibanaEntry = NonNullable<KibanaRole['kibana']>[number];
