/**
 * The settings of APM agents that Kibana knows, and what their values have to be. Any other key is accepted with any
 * text.
 */
type Setting = {
  /** Name of the check, as it stands in texts that refuse a value which is no text. */
  codec: string;
  /** Allowed values, where there is a list of them. */
  values?: readonly string[];
  /** For other checks: whether a text passes, and what is said when it does not. */
  passes?: (text: string) => boolean;
  message?: string;
};

const anyText: Setting = { codec: 'string' };

function oneOf(...values: string[]): Setting {
  return { codec: `(${values.map((value) => JSON.stringify(value)).join(' | ')})`, values };
}

const trueOrFalse = oneOf('true', 'false');

/** A share of at most three decimals. */
const share: Setting = {
  codec: 'floatThreeDecimalPlacesRt',
  passes: (text) => {
    const number = Number.parseFloat(text);
    return number >= 0 && number <= 1 && Number.parseFloat(number.toFixed(3)) === number;
  },
  message: 'Must be a number between 0.000 and 1',
};

function integer(min?: number): Setting {
  return {
    codec: 'integerRt',
    passes: (text) => Number.parseInt(text, 10) >= (min ?? Number.NEGATIVE_INFINITY),
    message: rangeMessage(min, undefined),
  };
}

const milliseconds: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const bytes: Record<string, number> = { b: 1, kb: 1_024, mb: 1_048_576 };

function duration(min: string, max?: string): Setting {
  return amount('durationRt', milliseconds, min, max);
}

function amount(codec: string, units: Record<string, number>, min: string, max?: string): Setting {
  const least = amountIn(units, min) ?? Number.NEGATIVE_INFINITY;
  const most = (max === undefined ? undefined : amountIn(units, max)) ?? Number.POSITIVE_INFINITY;
  return {
    codec,
    passes: (text) => {
      const value = amountIn(units, text);
      return value !== undefined && value >= least && value <= most;
    },
    message: rangeMessage(min, max),
  };
}

function amountIn(units: Record<string, number>, text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(-?\d+)(\w+)/.exec(text) ?? [];
  const size = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return size === undefined ? undefined : Number(digits) * size;
}

function rangeMessage(min: number | string | undefined, max: string | undefined): string {
  if (min === undefined) return 'Must be an integer';
  return max === undefined ? `Must be greater than ${min}` : `Must be between ${min} and ${max}`;
}

/** All known settings, in the order of their keys. */
export const knownSettings: Record<string, Setting> = {
  api_request_size: amount('bytesRt', bytes, '0b'),
  api_request_time: duration('1ms'),
  application_packages: anyText,
  capture_body: oneOf('off', 'errors', 'transactions', 'all'),
  capture_body_content_types: anyText,
  capture_headers: trueOrFalse,
  capture_jmx_metrics: anyText,
  circuit_breaker_enabled: trueOrFalse,
  context_propagation_only: trueOrFalse,
  deactivate_all_instrumentations: trueOrFalse,
  deactivate_instrumentations: anyText,
  dedot_custom_metrics: trueOrFalse,
  disable_instrumentations: anyText,
  disable_outgoing_tracecontext_headers: trueOrFalse,
  enable_experimental_instrumentations: trueOrFalse,
  enable_instrumentations: anyText,
  enable_log_correlation: trueOrFalse,
  exit_span_min_duration: duration('0ms'),
  ignore_exceptions: anyText,
  ignore_message_queues: anyText,
  log_ecs_reformatting: oneOf('off', 'shade', 'replace', 'override'),
  log_level: oneOf('trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'),
  log_sending: trueOrFalse,
  logging_level: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'off'),
  mongodb_capture_statement_commands: trueOrFalse,
  profiling_inferred_spans_enabled: trueOrFalse,
  profiling_inferred_spans_excluded_classes: anyText,
  profiling_inferred_spans_included_classes: anyText,
  profiling_inferred_spans_min_duration: duration('0ms'),
  profiling_inferred_spans_sampling_interval: duration('1ms', '1s'),
  recording: trueOrFalse,
  sanitize_field_names: anyText,
  send_logs: trueOrFalse,
  send_metrics: trueOrFalse,
  send_traces: trueOrFalse,
  server_timeout: duration('1ms'),
  session_sample_rate: share,
  span_compression_enabled: trueOrFalse,
  span_compression_exact_match_max_duration: duration('0ms'),
  span_compression_same_kind_max_duration: duration('0ms'),
  span_frames_min_duration: duration('-1ms'),
  span_min_duration: duration('0ms'),
  span_stack_trace_min_duration: duration('-1ms'),
  stack_trace_limit: integer(),
  stress_monitor_cpu_duration_threshold: duration('1m'),
  stress_monitor_gc_relief_threshold: share,
  stress_monitor_gc_stress_threshold: share,
  stress_monitor_system_cpu_relief_threshold: share,
  stress_monitor_system_cpu_stress_threshold: share,
  trace_continuation_strategy: oneOf('continue', 'restart', 'restart_external'),
  trace_methods: anyText,
  transaction_ignore_urls: anyText,
  transaction_ignore_user_agents: anyText,
  transaction_max_spans: integer(0),
  transaction_name_groups: anyText,
  transaction_sample_rate: share,
  unnest_exceptions: anyText,
  use_path_as_transaction_name: trueOrFalse,
};

/** What is wrong with the value of a known setting: the codecs that refuse it, or a message. Undefined when nothing is. */
export function settingProblem(key: string, value: unknown): { codecs: string } | { message: string } | undefined {
  const setting = Object.hasOwn(knownSettings, key) ? knownSettings[key] : undefined;
  if (setting === undefined || value === undefined) return undefined;
  const { codec, values, passes, message = '' } = setting;
  if (values !== undefined) {
    if (values.some((allowed) => allowed === value)) return undefined;
    return { codecs: values.map((allowed) => JSON.stringify(allowed)).join('\n') };
  }
  if (typeof value !== 'string') return { codecs: codec };
  return passes?.(value) === false ? { message } : undefined;
}
