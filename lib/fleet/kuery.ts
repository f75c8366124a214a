import * as z from 'zod';
import { BadRequest } from '../errors/errors.ts';
import type { FieldTypes } from '../kql/matches.ts';
import { fieldsOf, type KqlField, type KqlNode } from '../kql/node.ts';
import { parseKql } from '../kql/parse.ts';
import { KqlSyntaxError } from '../kql/syntax-error.ts';

/** What a KQL text of Fleet may name: the prefix that stands for the collection, and its fields. */
export type KueryDialect = {
  /** Prefixes that clients may put before a field: `fleet-agents`. The first stands in refusals. */
  prefixes: readonly [string, ...string[]];
  fields: FieldTypes;
};

/** Any first segment passes before a field of several, as in Kibana; before a plain one it has to be a prefix. */
function isKnown({ prefixes, fields }: KueryDialect, name: string): boolean {
  if (name === '_exists_' || name === 'id' || hasField(fields, name)) return true;
  const [first = '', ...rest] = name.split('.');
  if (rest.length > 1) return hasField(fields, rest.join('.'));
  return prefixes.includes(first) && (rest[0] === 'id' || hasField(fields, rest.join('.')));
}

/** Fields, what they stand in, and of texts, which are looked into by words, the whole as `<field>.keyword`. */
function hasField(fields: FieldTypes, name: string): boolean {
  if (Object.hasOwn(fields, name) || Object.keys(fields).some((each) => each.startsWith(`${name}.`))) return true;
  const parent = name.replace(/\.keyword$/, '');
  return parent !== name && Object.hasOwn(fields, parent) && fields[parent] === 'text';
}

/** Takes the prefixes away, wherever they stand, as Kibana does: also inside values. */
function withoutPrefixes({ prefixes }: KueryDialect, text: string): string {
  const bare = text.replaceAll('attributes.', '');
  return prefixes.reduce((shorter, prefix) => shorter.replaceAll(`${prefix}.`, ''), bare);
}

/** How Kibana writes a `*` of a field's name. */
const WILDCARD = '@kuery-wildcard@';

/** The query parameter `kuery`: refuses fields that the collection does not have. Syntax is looked at later. */
export function kueryParameter(dialect: KueryDialect) {
  return z.string().superRefine((text, context) => {
    const problems = problemsOf(dialect, text);
    if (problems.length > 0) context.addIssue({ code: 'custom', message: `KQLSyntaxError: ${problems.join('\n')}` });
  });
}

function problemsOf(dialect: KueryDialect, text: string): string[] {
  const [collection] = dialect.prefixes;
  let fields: KqlField[];
  try {
    fields = fieldsOf(parseKql(text));
  } catch (error) {
    if (error instanceof KqlSyntaxError) return [];
    throw error;
  }
  return fields
    .map(({ name, wildcard }) => (wildcard ? name.replaceAll('*', WILDCARD) : name))
    .filter((name) => !isKnown(dialect, name))
    .map((name) =>
      name.includes('.')
        ? `This key '${name}' does NOT exist in ${collection} saved object index patterns`
        : `This type '${name}' is not allowed`,
    );
}

/** The tree of a text. @throws BadRequest when it is malformed */
export function parseKuery(dialect: KueryDialect, text: string): KqlNode {
  try {
    return parseKql(withoutPrefixes(dialect, text));
  } catch (error) {
    if (error instanceof KqlSyntaxError) throw new BadRequest(`Kuery is malformed: ${error.message}`, { cause: error });
    throw error;
  }
}
