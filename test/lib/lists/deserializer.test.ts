import mustache from 'mustache';
import { describe, expect, it } from 'vitest';
import { HttpError } from '../../../lib/errors/errors.ts';
import { renderValue, valueRenderer } from '../../../lib/lists/deserializer.ts';
import { type ListType, listTypeNames, pairs, type StoredValue } from '../../../lib/lists/list-types.ts';
import { parseValues } from '../../../lib/lists/serializer.ts';
import fc from '../../support/fast-check.ts';

const ips = { gte: '10.0.0.1', lte: '10.0.0.9' };

describe('renderValue', () => {
  it.each<[ListType, StoredValue, string | undefined, string]>([
    ['ip', '1.2.3.4', undefined, '1.2.3.4'],
    ['ip_range', ips, undefined, '10.0.0.1-10.0.0.9'],
    ['ip_range', '10.0.0.0/8', undefined, '10.0.0.0/8'],
    ['date_range', { gte: '2025', lte: '2026' }, undefined, '2025,2026'],
    ['geo_point', { lat: '1', lon: '2' }, undefined, '1,2'],
    ['geo_shape', 'POINT (2 1)', undefined, 'POINT (2 1)'],
    ['ip_range', ips, '{{{lte}}} to {{{gte}}}', '10.0.0.9 to 10.0.0.1'],
    ['ip_range', ips, 'gte only lte', 'gte only lte'],
    ['ip_range', ips, 'only {{gte}}', '10.0.0.1-10.0.0.9'],
    ['ip_range', '10.0.0.0/8', '{{gte}}{{lte}}', '10.0.0.0/8'],
    ['ip_range', '10.0.0.0/8', '{{value}}', '10.0.0.0&#x2F;8'],
    ['geo_point', { lat: '1', lon: '2' }, '{{lon}};{{lat}}', '2;1'],
    ['geo_point', { lat: '1', lon: '2' }, '{{lon}}', '1,2'],
    ['keyword', '&<>"\'/`=', '{{value}}', '&amp;&lt;&gt;&quot;&#39;&#x2F;&#x60;&#x3D;'],
    ['keyword', '&<>"\'/`=', '{{{value}}}{{&value}}', '&<>"\'/`=&<>"\'/`='],
    ['keyword', 'v', '[{{other}}{{constructor}}{{__proto__}}{{toString}}]{{value}}', '[]v'],
    ['keyword', 'v', '[{{.}}{{{.}}}{{#.}}{{.}}{{/.}}]{{value}}', '[]v'],
    ['keyword', 'v', 'value {{> partial}}', 'value '],
    ['keyword', 'v', '{{#value}}<{{.}}>{{/value}}{{^value}}none{{/value}}', '<v>'],
    ['keyword', 'v', '{{=<% %>=}}<%value%>{{value}}', 'v{{value}}'],
    ['keyword', '{{value}}', '{{{value}}}', '{{value}}'],
    ['keyword', 'v', '', 'v'],
  ])('%s %j with %j prints %j', (type, stored, deserializer, text) => {
    expect(renderValue({ type, stored, deserializer })).toBe(text);
    expect(valueRenderer(type, deserializer)(stored)).toBe(text);
  });

  it.each([
    ['a template that is none', '{{value', 'Invalid deserializer: Unclosed tag at 7'],
    ['an open section', '{{#value}}', 'Invalid deserializer: Unclosed section "value" at 10'],
    ['a wrong delimiter', '{{= =}}value', 'Invalid deserializer: Invalid tags: '],
    ['too long a template', `${'x'.repeat(9_000)}value`, 'Invalid deserializer: it is longer than 8192 characters'],
    ['deep sections', `${'{{#value}}'.repeat(60)}${'{{/value}}'.repeat(60)}`, 'more than 50 open sections'],
    ['too much text', '{{value}}'.repeat(900), 'The deserializer prints more than 8388608 characters for one value'],
  ])('refuses %s when a value needs it', (_name, deserializer, message) => {
    const render = valueRenderer('keyword', deserializer);
    expect(() => render('x'.repeat(100_000))).toThrow(expect.objectContaining({ status: 400 }));
    expect(() => render('x'.repeat(100_000))).toThrow(message);
    expect(valueRenderer('ip_range', deserializer)(ips)).toBe('10.0.0.1-10.0.0.9');
  });

  it('keeps nothing in the cache that all of mustache shares', () => {
    const kept = new Map<string, unknown>();
    const before = mustache.templateCache;
    mustache.templateCache = { get: () => undefined, set: (key, value) => kept.set(key, value), clear: () => {} };
    try {
      renderValue({ type: 'ip', stored: '1.2.3.4', deserializer: 'ip {{value}}' });
    } finally {
      mustache.templateCache = before;
    }
    expect(kept.size).toBe(0);
  });

  it('throws nothing but answers for the client, whatever the template', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{{{',
      '}}}',
      'value',
      'gte',
      'lte',
      '#',
      '/',
      '^',
      '>',
      '=',
      '!',
      ' ',
      '.',
      '&',
    );
    const template = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.constantFrom(...listTypeNames), template, fc.string(), (type, deserializer, stored) => {
        try {
          expect(typeof renderValue({ type, stored, deserializer })).toBe('string');
          renderValue({ type, stored: { gte: stored, lte: stored }, deserializer });
        } catch (error) {
          expect(error).toBeInstanceOf(HttpError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a value read and printed without expressions of its own', () => {
  const roundTrip = (type: ListType, line: string) => {
    const [stored] = parseValues([line], { type });
    return stored === null || stored === undefined ? stored : renderValue({ type, stored });
  };
  const word = fc.string({ unit: fc.constantFrom('a', '1', '.', ':', '/'), minLength: 1 });

  it.each(listTypeNames.filter((type) => pairs[type] === undefined))('%s stays as it was', (type) => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (line) => {
        expect(roundTrip(type, line)).toBe(line.trim());
      }),
    );
  });

  it.each(listTypeNames.filter((type) => pairs[type]?.asPoint !== true))('%s of two parts stays as it was', (type) => {
    const separator = pairs[type]?.separator ?? '';
    fc.assert(
      fc.property(word, word, (from, to) => {
        const line = `${from}${separator}${to}`;
        expect(roundTrip(type, line)).toBe(line);
      }),
    );
  });

  it('a range of one value is printed as two, a CIDR range as it was', () => {
    expect(roundTrip('ip_range', '1.2.3.4')).toBe('1.2.3.4-1.2.3.4');
    expect(roundTrip('long_range', '5')).toBe('5-5');
    expect(roundTrip('ip_range', '10.0.0.0/8')).toBe('10.0.0.0/8');
  });
});
