import { describe, expect, it } from 'vitest';
import { ElasticsearchError } from '../../../lib/errors/errors.ts';
import { flag, object, readFields, text, textOrNull, texts } from '../../../lib/validation/elasticsearch-fields.ts';

const readers = { password: text, name: textOrNull, enabled: flag, metadata: object, roles: texts };
const read = (body: unknown) => readFields(body, 'add user', readers);

function refusalOf(body: unknown): string {
  try {
    read(body);
  } catch (error) {
    if (!(error instanceof ElasticsearchError)) throw error;
    expect({ status: error.status, type: error.type }).toEqual({ status: 400, type: 'parse_exception' });
    return error.reason;
  }
  throw new Error('the body was taken');
}

const wrongType = (field: string, type: string, found: string) =>
  `expected field [${field}] to be of type ${type}, but found [${found}] instead`;
const notAList = (found: string) => `could not parse [roles] field. expected a string array but ${found}`;
const unexpected = (field: string) => `failed to parse add user request. unexpected field [${field}]`;

describe('a body that is right', () => {
  it.each<[string, unknown, unknown]>([
    ['nothing', {}, {}],
    [
      'every type',
      { password: '', enabled: false, metadata: { a: [1] } },
      { password: '', enabled: false, metadata: { a: [1] } },
    ],
    ['null where it is a value', { name: null }, { name: null }],
    ['a list', { roles: ['a', 'b,c'] }, { roles: ['a', 'b,c'] }],
    ['a list as one text', { roles: 'a, b' }, { roles: ['a', ' b'] }],
    ['one name', { roles: 'a' }, { roles: ['a'] }],
    ['an empty text for a list', { roles: '' }, { roles: [] }],
    ['an empty list', { roles: [] }, { roles: [] }],
  ])('%s', (_name, body, expected) => {
    expect(read(body)).toEqual(expected);
  });
});

describe('a body that is not', () => {
  it.each<[string, unknown, string]>([
    ['none', undefined, 'request body is required'],
    ['an array', [], 'expected an object, but found token [START_ARRAY]'],
    ['a text', '{}', 'expected an object, but found token [VALUE_STRING]'],
    ['null', null, 'expected an object, but found token [VALUE_NULL]'],
    ['an unknown field', { foo: 1 }, unexpected('foo')],
    ['a field that every object has', { toString: 1 }, unexpected('toString')],
    ['a number for a text', { password: 1 }, wrongType('password', 'string', 'VALUE_NUMBER')],
    ['null for a text', { password: null }, wrongType('password', 'string', 'VALUE_NULL')],
    ['a boolean for a text', { password: true }, wrongType('password', 'string', 'VALUE_BOOLEAN')],
    ['an object for a text', { password: {} }, wrongType('password', 'string', 'START_OBJECT')],
    ['a number for a text or null', { name: 1 }, wrongType('name', 'string', 'VALUE_NUMBER')],
    ['null for an object', { metadata: null }, wrongType('metadata', 'object', 'VALUE_NULL')],
    ['a text for an object', { metadata: 'x' }, wrongType('metadata', 'object', 'VALUE_STRING')],
    ['an array for an object', { metadata: [] }, wrongType('metadata', 'object', 'START_ARRAY')],
    ['a text for a boolean', { enabled: 'true' }, wrongType('enabled', 'boolean', 'VALUE_STRING')],
    ['a number in a list', { roles: ['a', 1] }, notAList('one of the value in the array is [VALUE_NUMBER]')],
    ['an object for a list', { roles: {} }, notAList('found [START_OBJECT] value instead')],
    ['a number for a list', { roles: 1 }, notAList('found [VALUE_NUMBER] value instead')],
    ['null for a list', { roles: null }, notAList('found null value instead')],
    [
      'the first bad field, as the client sent them',
      { enabled: 1, foo: 1, password: 1 },
      wrongType('enabled', 'boolean', 'VALUE_NUMBER'),
    ],
    ['an unknown field before a bad one', { foo: 1, enabled: 1 }, unexpected('foo')],
  ])('%s', (_name, body, reason) => {
    expect(refusalOf(body)).toBe(reason);
  });
});
