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

/** Suffixes, a longer one before its own end, with their milliseconds. Minutes are small: `M` is no unit. */
const UNITS = [
  ['nanos', 1e-6],
  ['micros', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
] as const;

/** Whole milliseconds of a time value such as `30m` or `1d`, in the spelling of Elasticsearch. */
export function parseTimeValue(setting: string, text: string): number {
  const value = text.trim();
  if (value === '0') return 0;
  if (value === '-1') return -1;
  const refuse = (problem: string) =>
    new ElasticsearchError(400, 'illegal_argument_exception', `failed to parse ${problem}`);
  const asSetting = `setting [${setting}] with value [${text}] as a time value`;
  const unit = UNITS.find(([suffix]) => (suffix === 'm' ? value : value.toLowerCase()).endsWith(suffix));
  if (unit === undefined) throw refuse(`${asSetting}: unit is missing or unrecognized`);
  const [suffix, milliseconds] = unit;
  const count = value.slice(0, -suffix.length).trim();
  if (!isLong(count)) {
    const isNumber = /^-?\d*\.?\d+$/.test(count);
    throw refuse(isNumber ? `[${text}], fractional time values are not supported` : `[${text}]`);
  }
  if (count.startsWith('-')) throw refuse(`${asSetting}: negative durations are not supported`);
  return Math.floor(Number(count) * milliseconds);
}

/** A whole number that Java has room for in 64 bits. */
function isLong(text: string): boolean {
  return /^-?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}
