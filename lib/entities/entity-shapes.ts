import * as z from 'zod';
import type { FieldTypes } from '../kql/matches.ts';
import type { ScalarType } from '../kql/value-tests.ts';
import { expandDottedKeys } from './dotted-keys.ts';
import {
  criticalityLevels,
  type EntityField,
  type EntityType,
  entityFields,
  entityTypes,
  type FieldKind,
  riskLevels,
} from './entity-fields.ts';

/** The type of an entity, as it stands in a path. */
export const entityType = z.enum(entityTypes);

const kinds: Record<FieldKind, z.ZodType> = {
  string: z.string(),
  strings: z.array(z.string()),
  'string or strings': z.union([z.string(), z.array(z.string())]),
  boolean: z.boolean(),
  number: z.number(),
  percentage: z.number().min(0).max(100),
  datetime: z.iso.datetime(),
  'risk level': z.enum(riskLevels),
  'criticality level': z.enum(criticalityLevels),
  object: z.record(z.string(), z.unknown()),
};

/** The strict shape of one type; every key is optional, none is unknown, at any depth. */
function shapeOf(type: EntityType) {
  return objectOf(
    entityFields.filter(({ of }) => of.includes(type)).map((field) => ({ field, names: field.path.split('.') })),
  );
}

function objectOf(entries: readonly { field: EntityField; names: readonly string[] }[]) {
  const shape: Record<string, z.ZodType> = {};
  for (const [name, members] of Map.groupBy(entries, ({ names: [first = ''] }) => first)) {
    const leaf = members.find(({ names }) => names.length === 1);
    const inner = members.map(({ field, names }) => ({ field, names: names.slice(1) }));
    shape[name] = (leaf === undefined ? objectOf(inner) : kinds[leaf.field.kind]).optional();
  }
  return z.strictObject(shape);
}

/** A body that is any of the four shapes, whatever type the path names; dotted keys count as paths. */
export const entityBody = z.preprocess(
  (value, context) => {
    const expanded = expandDottedKeys(value);
    if (expanded.problem === undefined) return expanded.value;
    context.issues.push({ code: 'custom', message: expanded.problem, input: value, continue: false });
    return z.NEVER;
  },
  z.union(entityTypes.map(shapeOf)),
);

const scalars: Record<Exclude<FieldKind, 'object'>, ScalarType> = {
  string: 'keyword',
  strings: 'keyword',
  'string or strings': 'keyword',
  boolean: 'boolean',
  number: 'number',
  percentage: 'number',
  datetime: 'date',
  'risk level': 'keyword',
  'criticality level': 'keyword',
};

/** How filters compare the fields of entities. */
export const entityFieldTypes: FieldTypes = Object.fromEntries(
  entityFields.flatMap(({ path, kind }) => (kind === 'object' ? [] : [[path, scalars[kind]]])),
);
