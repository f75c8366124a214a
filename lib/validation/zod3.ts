import { type Issue, under } from './issues.ts';
import { listOfIssues } from './zod-list.ts';

/** Kibana's zod routes of 2025: the wording of zod 3. */
export const zod3 = listOfIssues(textOf, withoutOtherBranches);

/**
 * Of a union zod 3 tells one branch alone, and in its place, where a value has the right types and only limits, patterns
 * or rules refuse it: the first such branch.
 */
function withoutOtherBranches(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue) => {
    const branch =
      issue.code === 'invalid_union'
        ? issue.errors.find((each) => each.length > 0 && each.every(isOfValue))
        : undefined;
    return branch === undefined ? [issue] : withoutOtherBranches(branch.map((inner) => under(issue.path, inner)));
  });
}

/** True for what is wrong with a value of the right type. */
function isOfValue(issue: Issue): boolean {
  switch (issue.code) {
    case 'too_small':
    case 'too_big':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'custom':
      return true;
    case 'invalid_type':
      return issue.expected === 'int';
    case 'invalid_union':
      return issue.errors.some((branch) => branch.length > 0 && branch.every(isOfValue));
    default:
      return false;
  }
}

function textOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.input);
    case 'invalid_value':
      return wrongValue(issue.values, issue.input);
    case 'unrecognized_keys':
      return `Unrecognized key(s) in object: ${issue.keys.map((key) => `'${key}'`).join(', ')}`;
    case 'too_small':
      return outOfRange(issue.origin, issue.exact === true ? 'exactly' : 'at least', issue.minimum, {
        inclusive: issue.inclusive !== false,
        comparison: 'greater than',
      });
    case 'too_big':
      return outOfRange(issue.origin, issue.exact === true ? 'exactly' : 'at most', issue.maximum, {
        inclusive: issue.inclusive !== false,
        comparison: 'less than',
      });
    case 'invalid_format':
      return wrongFormat(issue.format);
    case 'not_multiple_of':
      return `Number must be a multiple of ${issue.divisor}`;
    default:
      return issue.message;
  }
}

function wrongType(expected: string, input: unknown): string {
  const received = typeName(input);
  if (received === 'undefined') return 'Required';
  // Numbers without end are the only ones that are refused for their type.
  if (expected === 'int' || (expected === 'number' && received === 'number'))
    return received === 'number' ? 'Expected integer, received float' : `Expected number, received ${received}`;
  return `Expected ${expected === 'record' ? 'object' : expected}, received ${received}`;
}

function wrongValue(values: readonly unknown[], input: unknown): string {
  const [only] = values;
  if (values.length === 1) return `Invalid literal value, expected ${JSON.stringify(only)}`;
  if (input === undefined) return 'Required';
  const expected = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(' | ');
  if (typeof input !== 'string') return `Expected ${expected}, received ${typeName(input)}`;
  return `Invalid enum value. Expected ${expected}, received '${input}'`;
}

function outOfRange(
  origin: string,
  amount: string,
  limit: number | bigint,
  { inclusive, comparison }: { inclusive: boolean; comparison: string },
): string {
  switch (origin) {
    case 'string':
      return `String must contain ${amount} ${limit} character(s)`;
    case 'array':
    case 'set':
      return `Array must contain ${amount} ${limit} element(s)`;
    default:
      return `Number must be ${comparison}${inclusive ? ' or equal to' : ''} ${limit}`;
  }
}

function wrongFormat(format: string): string {
  const named = ['datetime', 'date', 'time', 'uuid', 'email', 'url', 'ip', 'base64', 'cuid', 'ulid'];
  return named.includes(format) ? `Invalid ${format}` : 'Invalid';
}

/** Type names as zod 3 prints them. */
function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Number.isNaN(value)) return 'nan';
  return typeof value;
}
