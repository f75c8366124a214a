import { BadRequest } from '../errors/errors.ts';
import { type FieldTypes, kqlFilter } from './matches.ts';
import { fieldNames, type KqlNode, renameFields } from './node.ts';
import { parseKql } from './parse.ts';

export type SavedObjectFilterOptions = {
  /** The type of saved objects that is looked for; field names begin with it. */
  type: string;
  /** True when objects of the type have the attribute (a dotted path). */
  isMapped: (attribute: string) => boolean;
  /** How attributes compare. */
  types?: FieldTypes;
  now: Date;
};

export type SavedObjectFilter = {
  /** The record has the attributes at its top, and under the name of the type what an object has beside them. */
  matches: (record: Record<string, unknown>) => boolean;
  /** Attributes that the filter names. */
  attributes: string[];
  /** It also looks for words without saying where. */
  hasFreeText: boolean;
};

/** What a saved object has beside its attributes, and a filter may name. */
const rootFields = ['id', 'type', 'namespace', 'namespaces', 'originId', 'references', 'created_at', 'updated_at'];

/**
 * A filter over saved objects, as in `alert.attributes.name: mshta`.
 *
 * @throws KqlSyntaxError; BadRequest for fields that it cannot name
 */
export function savedObjectFilter(
  text: string,
  { type, isMapped, types = {}, now }: SavedObjectFilterOptions,
): SavedObjectFilter {
  const node = parseKql(text);
  const prefix = `${type}.attributes.`;
  const names = fieldNames(node).filter((name) => !/^\*+$/.test(name));
  for (const name of names) checkField(name, type, prefix, isMapped);
  const attribute = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  return {
    matches: kqlFilter(renameFields(node, attribute), now, types),
    attributes: names.filter((name) => name.startsWith(prefix)).map(attribute),
    hasFreeText: hasFreeText(node),
  };
}

function checkField(name: string, type: string, prefix: string, isMapped: (attribute: string) => boolean): void {
  const [first = '', second = ''] = name.split('.');
  if (second === '') throw refusal(`This key '${name}' need to be wrapped by a saved object type like ${type}`);
  if (first !== type) throw refusal(`This type ${first} is not allowed`);
  if (!name.startsWith(prefix)) {
    if (rootFields.includes(second)) return;
    throw refusal(`This key '${name}' does NOT match the filter proposition SavedObjectType.attributes.key`);
  }
  if (isMapped(name.slice(prefix.length)) || name.includes('*')) return;
  throw refusal(`This key '${name}' does NOT exist in ${type} saved object index patterns`);
}

function refusal(problem: string): BadRequest {
  return new BadRequest(`${problem}: Bad Request`);
}

function hasFreeText(node: KqlNode): boolean {
  switch (node.type) {
    case 'and':
    case 'or':
      return node.clauses.some(hasFreeText);
    case 'not':
    case 'nested':
      return hasFreeText(node.clause);
    case 'free-text':
      return true;
    default:
      return false;
  }
}
