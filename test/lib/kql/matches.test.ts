import { describe, expect, it } from 'vitest';
import { ElasticsearchError } from '../../../lib/errors/errors.ts';
import { type FieldTypes, kqlFilter } from '../../../lib/kql/matches.ts';
import { parseKql } from '../../../lib/kql/parse.ts';

const now = new Date('2024-05-15T12:00:00.000Z');
const types: FieldTypes = {
  name: 'keyword',
  consumer: 'text',
  is_default: 'boolean',
  created_at: 'date',
  size: 'number',
  users: 'nested',
  'users.note': 'text',
};
const record = {
  name: 'Quick Start',
  consumer: 'The security-solution UI, version 8',
  is_default: true,
  created_at: '2024-05-15T11:55:00.000Z',
  size: 7,
  tags: ['a', 'key: value', 'x*y'],
  users: [
    { id: 'u1', name: 'Ann', note: 'first one' },
    { id: 'u2', name: 'Bob' },
  ],
  nothing: null,
  none: [],
  empty: '',
  blank: {},
  host: { os: { name: 'Linux', version: '5.4' } },
  'agent.id': '42',
  when: '2024-05-15',
  count: 3,
  flag: false,
};

const matches = (kql: string, fields: FieldTypes, candidate: Record<string, unknown> = record) =>
  kqlFilter(parseKql(kql), now, fields)(candidate);

describe('with types', () => {
  it.each([
    // keyword
    ['name:Quick Start', true],
    ['name:"Quick Start"', true],
    ['name:quick start', false],
    ['name:Quick', false],
    ['name:Quick*', true],
    ['name:*Start', true],
    ['name:quick*', false],
    ['name:Qu*k*t', true],
    ['name:"Quick*"', false],
    ['name > "Quick"', true],
    ['name < Quick', false],
    // text
    ['consumer:security', true],
    ['consumer:SECURITY nonsense', true],
    ['consumer:nonsense', false],
    ['consumer:"security solution"', true],
    ['consumer:"solution security"', false],
    ['consumer:"security-solution ui"', true],
    ['consumer:"--"', false],
    ['consumer:sec*', true],
    ['consumer:SOL*', true],
    ['consumer:the*8', false],
    ['consumer.keyword:"The security-solution UI, version 8"', true],
    ['consumer.keyword:security', false],
    // boolean
    ['is_default:true', true],
    ['is_default:"true"', true],
    ['is_default:false', false],
    ['is_default:yes', false],
    // number
    ['size:7', true],
    ['size:07.0', true],
    ['size:"7"', true],
    ['size:8', false],
    ['size:seven', false],
    ['size > 6', true],
    ['size > 7', false],
    ['size >= 7', true],
    ['size < 10', true],
    ['size <= 6.5', false],
    ['size > six', false],
    // date
    ['created_at:"2024-05-15T11:55:00Z"', true],
    ['created_at:"2024-05-15T13:55:00+02:00"', true],
    ['created_at:2024-05-15', true],
    ['created_at:2024', true],
    ['created_at:2024-05-14', false],
    ['created_at:now/d', true],
    ['created_at:now', false],
    ['created_at >= now-10m', true],
    ['created_at >= now-4m', false],
    ['created_at < now/d', false],
    ['created_at <= now/d', true],
    ['created_at > 2024-05-15', false],
    ['created_at > 2024-05-14', true],
    ['created_at >= 1715774100000', true],
    ['created_at > 1715774100000', false],
    ['created_at > tomorrow', false],
    ['created_at:2024*', false],
    // nested
    ['users:{ id:u1 and name:Ann }', true],
    ['users:{ id:u1 and name:Bob }', false],
    ['users:{ id:u1 } and users:{ name:Bob }', true],
    ['users:{ note:first }', true],
    ['users:{ note:"one first" }', false],
    ['not users:{ name:* or id:* }', false],
    ['users.id:u1', false],
    ['users:*', false],
    ['Ann', false],
    ['users*:Ann', false],
    ['users:{ Ann }', true],
    ['users:{ na*:Ann }', true],
    // free text
    ['Quick Start', true],
    ['security', true],
    ['"security solution"', true],
    ['quick', false],
    ['Qui*', true],
    ['7', false],
    ['true', false],
    ['2024-05-15', true], // of the untyped `when`
  ])('%s → %s', (kql, expected) => {
    expect(matches(kql, types)).toBe(expected);
  });
});

describe('without types', () => {
  it.each([
    ['', true],
    ['*', true],
    ['*:*', true],
    ['tags:a', true],
    ['tags:A', false],
    ['tags:("key: value")', true],
    ['tags:"x*y"', true],
    ['tags:x\\*y', true],
    ['tags:(b or "a")', true],
    ['tags:(a and "x*y")', true],
    ['tags:(a and not z)', true],
    ['tags:(not a)', false],
    ['host.os.name:Linux', true],
    ['host.os.name:linux', false],
    ['agent.id:42', true],
    ['count:3', true],
    ['count:03', true],
    ['count >= 3', true],
    ['count < 20', true],
    ['flag:false', true],
    ['flag:true', false],
    ['when >= 2024-05-15', true],
    ['when > 2024-05-15', false],
    ['when < now', true],
    ['when:now/d', false],
    ['host.os.version > "5.10"', true],
    // existence
    ['name:*', true],
    ['empty:*', true],
    ['nothing:*', false],
    ['none:*', false],
    ['blank:*', false],
    ['absent:*', false],
    ['flag:*', true],
    ['host:*', true],
    ['host:Linux', false],
    ['ho*:*', true],
    ['abs*:*', false],
    // a missing field
    ['absent:x', false],
    ['not absent:x', true],
    ['absent > 0', false],
    ['nothing > 0', false],
    ['_exists_:"name"', false],
    // a value with a wildcard and spaces is several
    ['tags:zzz a*', true],
    ['tags:a zzz*', true],
    ['tags:b c*', false],
    ['tags:z y x*', true],
    ['name:Quick S*', false],
    ['name:nope *', true],
    // wildcards in names
    ['host.*:Linux', true],
    ['*.name:Linux', true],
    ['*:Linux', true],
    ['host.*:Windows', false],
    ['*nt:3', true],
    ['co*t > 2', true],
    // nested without a type
    ['users:{ id:u1 and name:Ann }', true],
    ['users:{ id:u1 and name:Bob }', false],
    ['users.id:u1 and users.name:Bob', true],
    ['host:{ os:{ name:Linux } }', true],
    ['name:{ length:11 }', false],
    // names every object inherits
    ['__proto__:*', false],
    ['constructor:*', false],
    ['toString:*', false],
    ['tags.length:3', false],
    ['absent > null', false],
    ['count > null', true],
  ])('%s → %s', (kql, expected) => {
    expect(matches(kql, {})).toBe(expected);
  });

  it('takes inherited names for fields when records have them', () => {
    const odd = JSON.parse('{"__proto__":"a","constructor":{"name":"b"}}');
    expect(matches('__proto__:a and constructor.name:b', {}, odd)).toBe(true);
  });
});

describe('null', () => {
  it.each([
    ['a:null', 'match'],
    ['not a:(b or null)', 'match'],
    ['null', 'multi_match'],
    ['p:{ a:null }', 'match'],
  ])('%s has no text to look for', (kql, query) => {
    const refused = () => kqlFilter(parseKql(kql), now);
    expect(refused).toThrow(ElasticsearchError);
    expect(refused).toThrow(
      expect.objectContaining({
        status: 400,
        type: 'illegal_argument_exception',
        message: `[${query}] requires query value`,
      }),
    );
  });
  it('in quotes is a text', () => {
    expect(matches('a:"null"', {}, { a: 'null' })).toBe(true);
  });
});
