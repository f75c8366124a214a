import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { HttpError } from '../../../lib/errors/errors.ts';
import { type ListType, listTypeNames } from '../../../lib/lists/list-types.ts';
import { parseValues } from '../../../lib/lists/serializer.ts';
import fc from '../../support/fast-check.ts';
import { endsSoon } from '../../support/soon.ts';

const parse = (type: ListType, line: string, serializer?: string) =>
  parseValues([line], { type, serializer, budgetMs: 60_000 })[0];

describe('without a serializer', () => {
  it.each<[ListType, string, unknown]>([
    ['keyword', ' host-1.example.com ', 'host-1.example.com'],
    ['text', 'first\nsecond', 'first'],
    ['keyword', '', ''],
    ['ip_range', '10.0.0.0/8', '10.0.0.0/8'],
    ['ip_range', '10.0.0.1-10.0.0.9', { gte: '10.0.0.1', lte: '10.0.0.9' }],
    ['ip_range', '10.0.0.1', { gte: '10.0.0.1', lte: '10.0.0.1' }],
    ['ip_range', '', null],
    ['integer_range', '1 - 5', { gte: '1', lte: '5' }],
    ['integer_range', '5', { gte: '5', lte: '5' }],
    ['long_range', '-5--1', { gte: '-5-', lte: '1' }],
    ['double_range', '-5', { gte: '-5', lte: '-5' }],
    ['float_range', '5-', { gte: '5-', lte: '5-' }],
    ['date_range', '2025-01-01,2025-02-01', { gte: '2025-01-01', lte: '2025-02-01' }],
    ['date_range', '2025-01-01', { gte: '2025-01-01', lte: '2025-01-01' }],
    ['geo_point', '41.12, -71.34', { lat: '41.12', lon: '-71.34' }],
    ['geo_point', 'POINT (-71.34 41.12)', 'POINT (-71.34 41.12)'],
    ['geo_point', 'x\n1,2', { lat: '1', lon: '2' }],
    ['geo_shape', '41.12,-71.34', 'POINT (-71.34 41.12)'],
    ['shape', ' LINESTRING (1 2, 3 4) ', 'LINESTRING (1 2, 3 4)'],
    ['shape', ',2', ',2'],
  ])('%s %j is stored as %j', (type, line, stored) => {
    expect(parse(type, line)).toEqual(stored);
  });

  it.each(['date_range', 'ip_range', 'geo_point'] as const)('divides %s as the documented expression does', (type) => {
    const expression = {
      date_range: '(?<gte>.+),(?<lte>.+)|(?<value>.+)',
      ip_range: '(?<gte>.+)-(?<lte>.+)|(?<value>.+)',
      geo_point: '(?<lat>.+),(?<lon>.+)',
    }[type];
    const text = fc.string({ unit: fc.constantFrom('a', '-', ',', '/', ' ', '\n', '\u2028', '1') });
    fc.assert(
      fc.property(text, (line) => {
        expect(parse(type, line)).toEqual(parse(type, line, expression));
      }),
    );
  });

  it('takes linear time', () => {
    return endsSoon(() => {
      parse('geo_point', 'a'.repeat(5_000_000));
      parse('long_range', '-'.repeat(5_000_000));
    });
  });
});

describe('with a serializer', () => {
  it.each<[ListType, string, string, unknown]>([
    ['keyword', 'first 10.0.0.1 last', '(?<value>\\d+\\.\\d+\\.\\d+\\.\\d+)', '10.0.0.1'],
    ['keyword', ' unmatched ', '(?<value>\\d+)', ' unmatched '],
    ['keyword', ' no group ', 'group', ' no group '],
    ['keyword', ' empty ', '', ' empty '],
    [
      'ip_range',
      'from 10.0.0.1 to 10.0.0.2',
      'from (?<gte>\\S+) to (?<lte>\\S+)',
      { gte: '10.0.0.1', lte: '10.0.0.2' },
    ],
    ['ip_range', 'net 10.0.0.0/8', 'net (?<value>.+)', '10.0.0.0/8'],
    ['ip_range', '10.0.0.0/8', 'x', null],
    ['date_range', '2025/2026', '(?<value>\\d+)/', { gte: '2025', lte: '2025' }],
    ['integer_range', '1 to 5', '(?<gte>\\d+) to', null],
    ['geo_point', '1;2', '(?<lat>.+);(?<lon>.+)', { lat: '1', lon: '2' }],
    ['geo_point', ' 1,2 ', '(?<value>.+)', '1,2'],
    ['shape', '1;2', '(?<lat>.+);(?<lon>.+)', 'POINT (2 1)'],
    ['keyword', '__proto__', '(?<__proto__>.*)(?<constructor>)', '__proto__'],
    ['keyword', '"}); throw 1 //`${input}`', '(?<value>.*)', '"}); throw 1 //`${input}`'],
    ['keyword', 'a\\"b', '(?<value>a.*)"', 'a\\'],
    ['keyword', 'abc', '(?<=a)(?<value>\\u0062)(?!d)', 'b'],
  ])('%s %j by %s is stored as %j', (type, line, serializer, stored) => {
    expect(parse(type, line, serializer)).toEqual(stored);
  });

  it('keeps the order of many lines', () => {
    const lines = Array.from({ length: 12_345 }, (_, index) => `id=${index};`);
    expect(parseValues(lines, { type: 'keyword', serializer: 'id=(?<value>\\d+)' })).toEqual(
      lines.map((_, index) => String(index)),
    );
  });

  it.each([
    ['an expression that is none', '(', /^Invalid serializer: Invalid regular expression: \/\(\/: Unterminated group$/],
    ['one that is too long', 'a'.repeat(5_000), /^Invalid serializer: it is longer than 4096 characters$/],
    ['one nested too deep', `${'(?:'.repeat(51)}a${')?'.repeat(51)}`, /more than 50 groups inside each other$/],
    ['one that needs too much memory', '^(?:(a)|(b)|(c))*$x', /^Invalid serializer: Maximum call stack size exceeded$/],
  ])('refuses %s', (_name, serializer, message) => {
    const line = 'ab'.repeat(4_000_000);
    const refused = () => parseValues([line], { type: 'keyword', serializer, budgetMs: 60_000 });
    expect(refused).toThrow(expect.objectContaining({ status: 400 }));
    expect(refused).toThrow(message);
  });

  it('refuses a wrong expression also when there is no line', () => {
    expect(() => parseValues([], { type: 'ip', serializer: '(' })).toThrow('Unterminated group');
    expect(parseValues([], { type: 'ip', serializer: 'a' })).toEqual([]);
  });

  it('counts only real groups as nested', () => {
    const serializer = `(?<value>${'[(]?\\(?()'.repeat(200)}a)`;
    expect(parse('keyword', 'a', serializer)).toBe('a');
  });

  it('stops an expression that does not end, and works on', () => {
    const hopeless = { type: 'keyword', serializer: '^(a+)+$x', budgetMs: 100 } as const;
    expect(() => parseValues(['a'.repeat(60)], hopeless)).toThrow(
      'The serializer [^(a+)+$x] takes too long to match a value',
    );
    expect(parse('keyword', 'abc', '(?<value>b)')).toBe('b');
  });

  it('counts what an expression computes, and not how long the machine lets it wait', () => {
    // A machine that gives the thread nothing in each of its attempts, which take 10 ms.
    let time = 0;
    const cpu = vi.spyOn(process, 'threadCpuUsage').mockReturnValue({ user: 0, system: 0 });
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (time += 10));
    onTestFinished(() => [cpu, clock].forEach((spy) => void spy.mockRestore()));
    const hopeless = { type: 'keyword', serializer: '^(a+)+$x', budgetMs: 20 } as const;
    expect(() => parseValues(['a'.repeat(60)], hopeless)).toThrow('takes too long');
    // A tenth of the time counts in any case: 20 attempts, with one look at the processor before and one after each.
    expect(cpu).toHaveBeenCalledTimes(2 * 20);
  });

  it('gives all lines together one budget', () => {
    const lines = Array.from({ length: 200_000 }, () => 'a'.repeat(24));
    const serializer = '(?<value>(?:a?){12}a{12})b';
    expect(() => parseValues(lines, { type: 'keyword', serializer, budgetMs: 100 })).toThrow('takes too long');
  });
});

it('throws nothing but answers for the client, whatever the expression and the lines', () => {
  const piece = fc.constantFrom(
    '(',
    ')',
    '?<value>',
    '?<gte>',
    '[',
    ']',
    '*',
    '+',
    '?',
    '\\',
    '.',
    '|',
    'a',
    '{2}',
    '^',
  );
  const serializer = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  const line = fc.string({ unit: 'binary', maxLength: 20 });
  fc.assert(
    fc.property(fc.constantFrom(...listTypeNames), fc.array(line), fc.option(serializer), (type, lines, expression) => {
      try {
        expect(parseValues(lines, { type, serializer: expression ?? undefined })).toHaveLength(lines.length);
      } catch (error) {
        expect(error).toBeInstanceOf(HttpError);
      }
    }),
    { numRuns: 300 },
  );
});
