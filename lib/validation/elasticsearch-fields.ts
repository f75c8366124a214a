import { ElasticsearchError } from '../errors/errors.ts';
import { isObject, type JsonObject } from '../json/merge.ts';

/** Reads one field of a body; throws Elasticsearch's refusal when the value is of another type. */
export type FieldReader<Value> = (value: unknown, field: string) => Value;

type Values<Readers> = { [Field in keyof Readers]?: Readers[Field] extends FieldReader<infer Value> ? Value : never };

/**
 * Reads the fields of a body in the order in which the client sent them: the first bad one is the one reported.
 *
 * @param request what is read, as Elasticsearch calls it: `add user`
 */
export function readFields<Readers extends Record<string, FieldReader<unknown>>>(
  body: unknown,
  request: string,
  readers: Readers,
): Values<Readers> {
  if (body === undefined) throw parseException('request body is required');
  if (!isObject(body)) throw parseException(`expected an object, but found token [${tokenOf(body)}]`);
  const values: Values<Readers> = {};
  for (const [field, value] of Object.entries(body)) {
    const read = Object.hasOwn(readers, field) ? readers[field] : undefined;
    if (read === undefined) throw parseException(`failed to parse ${request} request. unexpected field [${field}]`);
    Object.assign(values, { [field]: read(value, field) });
  }
  return values;
}

export const text: FieldReader<string> = (value, field) => {
  if (typeof value === 'string') return value;
  throw wrongType(field, 'string', value);
};

export const textOrNull: FieldReader<string | null> = (value, field) => (value === null ? null : text(value, field));

export const flag: FieldReader<boolean> = (value, field) => {
  if (typeof value === 'boolean') return value;
  throw wrongType(field, 'boolean', value);
};

export const object: FieldReader<JsonObject> = (value, field) => {
  if (isObject(value)) return value;
  throw wrongType(field, 'object', value);
};

/** An array of texts; one text with commas counts, too, blanks and all. */
export const texts: FieldReader<string[]> = (value, field) => {
  if (typeof value === 'string') return value === '' ? [] : value.split(',');
  const expected = `could not parse [${field}] field. expected a string array but`;
  if (value === null) throw parseException(`${expected} found null value instead`);
  if (!Array.isArray(value)) throw parseException(`${expected} found [${tokenOf(value)}] value instead`);
  return value.map((item: unknown) => {
    if (typeof item === 'string') return item;
    throw parseException(`${expected} one of the value in the array is [${tokenOf(item)}]`);
  });
};

function wrongType(field: string, type: string, value: unknown): ElasticsearchError {
  return parseException(`expected field [${field}] to be of type ${type}, but found [${tokenOf(value)}] instead`);
}

function parseException(reason: string): ElasticsearchError {
  return new ElasticsearchError(400, 'parse_exception', reason);
}

/** Elasticsearch's names for what a JSON value begins with. */
function tokenOf(value: unknown): string {
  if (value === null) return 'VALUE_NULL';
  if (Array.isArray(value)) return 'START_ARRAY';
  return typeof value === 'object' ? 'START_OBJECT' : `VALUE_${(typeof value).toUpperCase()}`;
}
