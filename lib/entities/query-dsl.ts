import * as z from 'zod';
import { BadRequest } from '../errors/errors.ts';
import type { KqlNode, KqlValue, RangeOperator } from '../kql/node.ts';

/** Levels of `bool` inside `bool`. */
const MAX_LEVELS = 20;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
type Scalar = z.output<typeof scalar>;

const query = z.record(z.string(), z.unknown());
const clauses = z.union([z.array(query), query.transform((one) => [one])]).default([]);
const bool = z.object({ must: clauses, filter: clauses, should: clauses, must_not: clauses });
const byField = z.record(z.string(), z.unknown());
const valueOrObject = (name: string) => z.union([scalar, z.looseObject({ [name]: scalar })]);

const operators = new Map<string, RangeOperator>([
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
]);

/**
 * The filter that a query of Elasticsearch's language stands for: `match_all`, `bool`, `term`, `terms`, `match`,
 * `match_phrase`, `prefix`, `wildcard`, `exists`, `range`.
 *
 * @throws BadRequest for any other query, and for one that is not well-formed
 */
export function queryDsl(value: unknown, level = 0): KqlNode {
  if (level > MAX_LEVELS) throw new BadRequest(`a query is nested deeper than ${MAX_LEVELS} levels`);
  const [kind = '', ...others] = Object.keys(parse(query, value, 'a query'));
  if (kind === '' || others.length > 0) throw new BadRequest('a query must have exactly one key, the name of its kind');
  const content = parse(query, value, 'a query')[kind];
  switch (kind) {
    case 'match_all':
      return { type: 'all' };
    case 'bool':
      return boolNode(parse(bool, content, kind), level);
    case 'exists':
      return isNode(parse(z.object({ field: z.string() }), content, kind).field, {
        kind: 'wildcard',
        pieces: ['', ''],
      });
    case 'terms':
      return anyOf(fieldsOf(content, kind).flatMap(([field, values]) => termsNodes(field, values)));
    case 'range':
      return allOf(fieldsOf(content, kind).flatMap(([field, bounds]) => rangeNodes(field, bounds)));
    case 'term':
    case 'prefix':
    case 'wildcard':
      return allOf(fieldsOf(content, kind).map(([field, one]) => isNode(field, wanted(kind, scalarIn(one, 'value')))));
    case 'match':
    case 'match_phrase':
      return allOf(fieldsOf(content, kind).map(([field, one]) => isNode(field, wanted(kind, scalarIn(one, 'query')))));
    default:
      throw new BadRequest(`unknown query [${kind}]`);
  }
}

function boolNode({ must, filter, should, must_not }: z.output<typeof bool>, level: number): KqlNode {
  const inner = (each: unknown) => queryDsl(each, level + 1);
  const needed = [...must, ...filter].map(inner);
  const possible = should.map(inner);
  // Beside clauses that must hold, those that should hold only order the results.
  const isOptional = needed.length > 0 || possible.length === 0;
  return allOf([
    ...needed,
    ...(isOptional ? [] : [anyOf(possible)]),
    ...must_not.map((each): KqlNode => ({ type: 'not', clause: inner(each) })),
  ]);
}

function fieldsOf(content: unknown, kind: string): [string, unknown][] {
  return Object.entries(parse(byField, content, kind)).filter(([name]) => name !== 'boost');
}

function termsNodes(field: string, values: unknown): KqlNode[] {
  return parse(z.array(scalar), values, 'terms').map((one) => isNode(field, wanted('term', one)));
}

function rangeNodes(field: string, bounds: unknown): KqlNode[] {
  return Object.entries(parse(byField, bounds, 'range')).flatMap(([name, bound]): KqlNode[] => {
    const operator = operators.get(name);
    if (operator === undefined) return [];
    return [{ type: 'range', field: fieldNamed(field), operator, bound: wanted('term', scalarIn(bound, 'value')) }];
  });
}

/** A value alone, or as the attribute of that name. */
function scalarIn(content: unknown, name: string): Scalar {
  const found = parse(valueOrObject(name), content, name);
  return parse(scalar, typeof found === 'object' ? found[name] : found, name);
}

function wanted(kind: string, value: Scalar): KqlValue {
  const text = String(value);
  if (kind === 'prefix') return { kind: 'wildcard', pieces: [text, ''] };
  if (kind === 'wildcard' && text.includes('*')) return { kind: 'wildcard', pieces: text.split('*') };
  return { kind: 'text', text, quoted: true };
}

function fieldNamed(name: string) {
  return { name, wildcard: false };
}

function isNode(field: string, value: KqlValue): KqlNode {
  return { type: 'is', field: fieldNamed(field), value };
}

function allOf(nodes: readonly KqlNode[]): KqlNode {
  return nodes.length === 0 ? { type: 'all' } : { type: 'and', clauses: nodes };
}

/** None of no alternatives holds. */
function anyOf(nodes: readonly KqlNode[]): KqlNode {
  return { type: 'or', clauses: nodes };
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new BadRequest(`[${what}] is malformed`);
  return parsed.data;
}
