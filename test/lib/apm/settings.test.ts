import { describe, expect, it } from 'vitest';
import { knownSettings, settingProblem } from '../../../lib/apm/settings.ts';

describe('known settings', () => {
  it('stand in the order of their keys', () => {
    expect(Object.keys(knownSettings)).toEqual(Object.keys(knownSettings).sort());
  });

  it.each([
    [
      'transaction_sample_rate',
      ['0', '1', '0.001', '1.0'],
      ['-0.1', '1.001', '0.0001', 'x', ''],
      'Must be a number between 0.000 and 1',
    ],
    ['transaction_max_spans', ['0', '500', '3.9'], ['-1', 'x', ''], 'Must be greater than 0'],
    ['stack_trace_limit', ['-1', '50'], ['x'], 'Must be an integer'],
    ['api_request_size', ['0b', '768kb', '10mb'], ['-1kb', '5', 'kb', '5gb'], 'Must be greater than 0b'],
    ['api_request_time', ['1ms', '10s', '2m'], ['0ms', '5', 's', '5parsecs'], 'Must be greater than 1ms'],
    ['span_frames_min_duration', ['-1ms', '0ms', '5ms'], ['-2ms', '-1s'], 'Must be greater than -1ms'],
    [
      'profiling_inferred_spans_sampling_interval',
      ['1ms', '1s', '1000ms'],
      ['0ms', '1001ms', '2s'],
      'Must be between 1ms and 1s',
    ],
  ])('%s is checked', (key, good, bad, message) => {
    for (const value of good) expect(settingProblem(key, value), value).toBeUndefined();
    for (const value of bad) expect(settingProblem(key, value), value).toEqual({ message });
  });

  it('with a list of values are refused by each of them', () => {
    expect(settingProblem('capture_body', 'all')).toBeUndefined();
    expect(settingProblem('capture_body', 'some')).toEqual({ codecs: '"off"\n"errors"\n"transactions"\n"all"' });
    expect(settingProblem('recording', true)).toEqual({ codecs: '"true"\n"false"' });
  });

  it('that are no text are refused by the name of their codec', () => {
    expect(settingProblem('api_request_time', 5)).toEqual({ codecs: 'durationRt' });
    expect(settingProblem('trace_methods', null)).toEqual({ codecs: 'string' });
  });

  it('alone are checked', () => {
    expect(settingProblem('anything', 5)).toBeUndefined();
    expect(settingProblem('constructor', 'x')).toBeUndefined();
    expect(settingProblem('trace_methods', 'x')).toBeUndefined();
    expect(settingProblem('recording', undefined)).toBeUndefined();
  });
});
