import { ElasticsearchError } from '../errors/errors.ts';
import type { RoleDescriptor } from './role-descriptor.ts';
import { descriptorProblems } from './role-validation.ts';

/** What Elasticsearch refuses a new API key for. */
export function apiKeyProblems(
  name: string | undefined,
  metadata: Record<string, unknown>,
  descriptors: Record<string, RoleDescriptor>,
): string[] {
  if (name === undefined || name === '') return ['api key name is required'];
  return [
    ...(name.length > 256 ? ['api key name may not be more than 256 characters long'] : []),
    ...(name.trim() === name ? [] : ['api key name may not begin or end with whitespace']),
    ...(name.startsWith('_') ? ['api key name may not begin with an underscore'] : []),
    ...(Object.keys(metadata).some((key) => key.startsWith('_'))
      ? ['API key metadata keys may not start with [_]']
      : []),
    ...Object.values(descriptors).flatMap(descriptorProblems),
  ];
}

const UNIT_MS: Record<string, number> = {
  nanos: 1e-6,
  micros: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of a time value such as `30m` or `1d`, in the spelling of Elasticsearch. */
export function parseTimeValue(setting: string, text: string): number {
  const value = text.trim();
  if (value === '0') return 0;
  if (value === '-1') return -1;
  const [, number = '', unit = ''] = /^(-?\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(value) ?? [];
  const unitMs = UNIT_MS[unit === 'M' ? '' : unit.toLowerCase()];
  const refuse = (problem: string) =>
    new ElasticsearchError(400, 'illegal_argument_exception', `failed to parse ${problem}`);
  const asSetting = `setting [${setting}] with value [${text}] as a time value`;
  if (unitMs === undefined) throw refuse(`${asSetting}: unit is missing or unrecognized`);
  if (number.includes('.')) throw refuse(`[${text}], fractional time values are not supported`);
  if (number.startsWith('-')) throw refuse(`${asSetting}: negative durations are not supported`);
  return Number(number) * unitMs;
}
