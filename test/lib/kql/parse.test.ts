import { describe, expect, it } from 'vitest';
import type { KqlNode, KqlValue } from '../../../lib/kql/node.ts';
import { parseKql } from '../../../lib/kql/parse.ts';

const text = (value: string): KqlValue => ({ kind: 'text', text: value, quoted: false });
const quoted = (value: string): KqlValue => ({ kind: 'text', text: value, quoted: true });
const wildcard = (...pieces: string[]): KqlValue => ({ kind: 'wildcard', pieces });
const field = (name: string) => ({ name, wildcard: name.includes('*') });
const is = (name: string, value: KqlValue | string): KqlNode => ({
  type: 'is',
  field: field(name),
  value: typeof value === 'string' ? text(value) : value,
});
const free = (value: KqlValue | string): KqlNode => ({
  type: 'free-text',
  value: typeof value === 'string' ? text(value) : value,
});
const and = (...clauses: KqlNode[]): KqlNode => ({ type: 'and', clauses });
const or = (...clauses: KqlNode[]): KqlNode => ({ type: 'or', clauses });
const not = (clause: KqlNode): KqlNode => ({ type: 'not', clause });

describe('operators', () => {
  it.each<[string, KqlNode]>([
    ['', { type: 'all' }],
    [' \t\r\n\u00a0', { type: 'all' }],
    ['a:b', is('a', 'b')],
    [' a : b ', is('a', 'b')],
    ['"a b":c', is('a b', 'c')],
    ['a:1 or b:2 or c:3', or(is('a', '1'), is('b', '2'), is('c', '3'))],
    ['a:1 and b:2 and c:3', and(is('a', '1'), is('b', '2'), is('c', '3'))],
    ['a:1 or b:2 and not c:3', or(is('a', '1'), and(is('b', '2'), not(is('c', '3'))))],
    ['a:1 AND b:2 Or NOT c:3', or(and(is('a', '1'), is('b', '2')), not(is('c', '3')))],
    ['(a:1 or b:2) and c:3', and(or(is('a', '1'), is('b', '2')), is('c', '3'))],
    ['not (not a:1)', not(not(is('a', '1')))],
    ['((a))', free('a')],
    ['a:(1 or 2 and not 3)', or(is('a', '1'), and(is('a', '2'), not(is('a', '3'))))],
    ['a:((1 or 2) and "3")', and(or(is('a', '1'), is('a', '2')), is('a', quoted('3')))],
    ['a:{ b:1 and c:2 }', { type: 'nested', path: 'a', clause: and(is('b', '1'), is('c', '2')) }],
    ['a:{b:{c:1}}', { type: 'nested', path: 'a', clause: { type: 'nested', path: 'b', clause: is('c', '1') } }],
    ['a<1', { type: 'range', field: field('a'), operator: '<', bound: text('1') }],
    ['a <= 1', { type: 'range', field: field('a'), operator: '<=', bound: text('1') }],
    ['a>now-10m', { type: 'range', field: field('a'), operator: '>', bound: text('now-10m') }],
    ['a >= "x:y"', { type: 'range', field: field('a'), operator: '>=', bound: quoted('x:y') }],
    ['fo*:1', is('fo*', '1')],
    ['"fo*":1', { type: 'is', field: { name: 'fo*', wildcard: false }, value: text('1') }],
  ])('%j', (kql, tree) => {
    expect(parseKql(kql)).toEqual(tree);
  });
});

describe('literals', () => {
  it.each<[string, KqlNode]>([
    ['foo:bar baz ', is('foo', 'bar baz')],
    ['a  b', free('a  b')],
    ['a or', free('a or')],
    ['or', free('or')],
    ['and b', free('and b')],
    ['nota', free('nota')],
    ['a:android', is('a', 'android')],
    ['a:null', is('a', { kind: 'null' })],
    ['a:true', is('a', { kind: 'boolean', value: true })],
    ['a:false and b', and(is('a', { kind: 'boolean', value: false }), free('b'))],
    ['a:True', is('a', 'True')],
    ['a:"true"', is('a', quoted('true'))],
    ['true:a', is('true', 'a')],
    ['a:070', is('a', '070')],
    ['a:-4', is('a', '-4')],
    ['a:x\\ty\\rz\\nw', is('a', 'x\ty\rz\nw')],
    ['a:\\\\\\(\\)\\:\\<\\>\\"\\*\\{\\}', is('a', '\\():<>"*{}')],
    ['a:\\u00e9\\u0041', is('a', 'éA')],
    ['a:b \\and c \\OR d \\not e', is('a', 'b and c OR d not e')],
    ['a:*', is('a', wildcard('', ''))],
    ['a:*b*c', is('a', wildcard('', 'b', 'c'))],
    ['a: b* ', is('a', wildcard('b', ''))],
    ['a:b\\**', is('a', wildcard('b*', ''))],
    ['a:"b*"', is('a', quoted('b*'))],
    ['a:"b\\"c\\\\d\\te\\u0041"', is('a', quoted('b"c\\d\teA'))],
    ['a:"\\b\\u12\\*"', is('a', quoted('\\b\\u12\\*'))],
    ['a:" b "', is('a', quoted(' b '))],
    ['a:""', is('a', quoted(''))],
    ['a:"x and (y"', is('a', quoted('x and (y'))],
    ['security', free('security')],
    ['"a b"', free(quoted('a b'))],
    ['pre*', free(wildcard('pre', ''))],
    ['a:😀', is('a', '😀')],
  ])('%j', (kql, tree) => {
    expect(parseKql(kql)).toEqual(tree);
  });
});
