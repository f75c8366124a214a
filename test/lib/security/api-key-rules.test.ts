import { describe, expect, it } from 'vitest';
import { apiKeyProblems, parseTimeValue } from '../../../lib/security/api-key-rules.ts';
import { descriptorWith } from '../../support/identities.ts';

const SECOND = 1_000;
const DAY = 86_400 * SECOND;

describe('parseTimeValue', () => {
  it.each([
    ['0', 0],
    ['-1', -1],
    ['0s', 0],
    ['1ms', 1],
    ['30s', 30 * SECOND],
    ['5m', 300 * SECOND],
    ['2h', 7_200 * SECOND],
    ['1d', DAY],
    ['365d', 365 * DAY],
    ['007s', 7 * SECOND],
    ['1D', DAY],
    ['1H', 3_600 * SECOND],
    ['1S', SECOND],
    ['1MS', 1],
    ['1Ms', 1],
    [' 1d ', DAY],
    ['1 d', DAY],
    ['2000micros', 2],
    ['2000000nanos', 2],
    ['1500micros', 1],
    ['1nanos', 0],
  ])('reads %j', (text, milliseconds) => {
    expect(parseTimeValue('expiration', text)).toBe(milliseconds);
  });

  const asSetting = (text: string, problem: string) =>
    `failed to parse setting [expiration] with value [${text}] as a time value: ${problem}`;
  const NO_UNIT = 'unit is missing or unrecognized';
  const NEGATIVE = 'negative durations are not supported';

  it.each([
    ['1', asSetting('1', NO_UNIT)],
    ['', asSetting('', NO_UNIT)],
    ['-2', asSetting('-2', NO_UNIT)],
    ['1w', asSetting('1w', NO_UNIT)],
    ['1M', asSetting('1M', NO_UNIT)],
    ['1y', asSetting('1y', NO_UNIT)],
    ['-5d', asSetting('-5d', NEGATIVE)],
    ['-2ms', asSetting('-2ms', NEGATIVE)],
    ['1.5d', 'failed to parse [1.5d], fractional time values are not supported'],
    ['99999999999999999999d', 'failed to parse [99999999999999999999d], fractional time values are not supported'],
    ['xd', 'failed to parse [xd]'],
    ['d', 'failed to parse [d]'],
    ['1d1h', 'failed to parse [1d1h]'],
  ])('refuses %j', (text, reason) => {
    expect(() => parseTimeValue('expiration', text)).toThrow(
      expect.objectContaining({ status: 400, type: 'illegal_argument_exception', message: reason }),
    );
  });

  it('names the setting that is wrong', () => {
    expect(() => parseTimeValue('timeout', '1')).toThrow('setting [timeout]');
  });
});

describe('apiKeyProblems', () => {
  const LENGTH = 'api key name may not be more than 256 characters long';
  const BLANKS = 'api key name may not begin or end with whitespace';
  const UNDERSCORE = 'api key name may not begin with an underscore';
  const METADATA = 'API key metadata keys may not start with [_]';

  it.each<[string | undefined, Record<string, unknown>, string[]]>([
    ['k', {}, []],
    ['x'.repeat(256), { a: { _b: 1 } }, []],
    ['k_', {}, []],
    ['in side', {}, []],
    [undefined, {}, ['api key name is required']],
    ['', {}, ['api key name is required']],
    ['x'.repeat(257), {}, [LENGTH]],
    [' k', {}, [BLANKS]],
    ['k\t', {}, [BLANKS]],
    ['  ', {}, [BLANKS]],
    ['_', {}, [UNDERSCORE]],
    ['k', { _a: 1, _b: 2 }, [METADATA]],
    [`_${' '.repeat(257)}`, { _a: 1 }, [LENGTH, BLANKS, UNDERSCORE, METADATA]],
  ])('of the name %j with metadata %j', (name, metadata, problems) => {
    expect(apiKeyProblems(name, metadata, {})).toEqual(problems);
  });

  it('come with those of the descriptors, one after the other', () => {
    const problems = apiKeyProblems(
      '_k',
      {},
      {
        good: descriptorWith({ cluster: ['monitor'] }),
        one: descriptorWith({ cluster: ['bla'] }),
        two: descriptorWith({ metadata: { _x: 1 } }),
      },
    );
    expect(problems).toEqual([
      UNDERSCORE,
      expect.stringMatching(/^unknown cluster privilege \[bla\]\./),
      'role descriptor metadata keys may not start with [_]',
    ]);
  });
});
