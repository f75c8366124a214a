import * as z from 'zod';
import { parseJson } from '../json/parse-json.ts';
import { dotted, type Issue, type ValidationRenderer } from './issues.ts';

/** Kibana's config-schema routes: only the first problem is told, with its path inside the brackets. */
export const configSchema: ValidationRenderer = ([{ source, issues }]) => {
  const [first] = issues;
  return first === undefined ? `[request ${source}]: is not valid` : problemAt(`request ${source}`, first);
};

/** `[path]: text` of one issue, where `root` is the path so far. */
function problemAt(root: string, issue: Issue): string {
  const path = [root, ...(issue.path.length > 0 ? [dotted(issue.path)] : [])].join('.');
  switch (issue.code) {
    case 'unrecognized_keys':
      return `[${path}.${issue.keys[0]}]: definition for this key is missing`;
    case 'invalid_union':
      return unionProblem(path, issue);
    case 'invalid_value':
      return valueProblem(path, issue.values, issue.input);
    case 'invalid_key':
      return keyProblem(path, issue);
    default:
      return `[${path}]: ${textOf(issue)}`;
  }
}

function unionProblem(path: string, issue: z.core.$ZodIssueInvalidUnion): string {
  if (issue.input === undefined) return `[${path}]: expected at least one defined value but got [undefined]`;
  // What a union inside says is indented by one space more than the line that begins it.
  const branches = issue.errors.flatMap(([first], index) =>
    first ? [`- ${problemAt(`${path}.${index}`, first).replaceAll('\n', '\n ')}`] : [],
  );
  return `[${path}]: types that failed validation:\n${branches.join('\n')}`;
}

/** An enum is a union of literals here. */
function valueProblem(path: string, values: readonly unknown[], input: unknown): string {
  if (values.length === 1) return `[${path}]: expected value to equal [${String(values[0])}]`;
  if (input === undefined) return `[${path}]: expected at least one defined value but got [undefined]`;
  const branches = values.map((value, index) => `- [${path}.${index}]: expected value to equal [${String(value)}]`);
  return `[${path}]: types that failed validation:\n${branches.join('\n')}`;
}

/** A record's key is quoted in the path: `[request body.roles.key("a b")]`. */
function keyProblem(path: string, issue: z.core.$ZodIssueInvalidKey): string {
  const name = String(issue.path.at(-1));
  const parent = path.slice(0, path.length - name.length - 1);
  const [first] = issue.issues;
  return `[${parent}.key("${name}")]: ${first === undefined ? issue.message : textOf(first)}`;
}

function textOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'never') return "a value wasn't expected to be present";
      return issue.expected === 'object'
        ? `expected a plain object value, but found [${typeName(issue.input)}] instead.`
        : `expected value of type [${typeNames[issue.expected] ?? issue.expected}] but got [${typeName(issue.input)}]`;
    case 'too_small':
      return issue.origin === 'array'
        ? `array size is [${sizeOf(issue.input)}], but cannot be smaller than [${issue.minimum}]`
        : issue.origin === 'string'
          ? `value has length [${sizeOf(issue.input)}] but it must have a minimum length of [${issue.minimum}].`
          : `Value must be equal to or greater than [${issue.minimum}].`;
    case 'too_big':
      return issue.origin === 'array'
        ? `array size is [${sizeOf(issue.input)}], but cannot be greater than [${issue.maximum}]`
        : issue.origin === 'string'
          ? `value has length [${sizeOf(issue.input)}] but it must have a maximum length of [${issue.maximum}].`
          : `Value must be equal to or lower than [${issue.maximum}].`;
    default:
      return issue.message;
  }
}

const typeNames: Record<string, string> = { record: 'object', int: 'number', nan: 'number' };

/** Type names as config-schema prints them. */
function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'Array';
  if (value instanceof Uint8Array) return 'Uint8Array';
  return typeof value === 'object' ? 'Object' : typeof value;
}

function sizeOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : 0;
}

/*
 * The building blocks below read values as config-schema does: numeric strings are numbers, `"true"` is a boolean, a
 * string that holds JSON is the object or array, and an absent object counts as `{}`, so that its own keys decide.
 */

/** A number; a numeric string counts. Checks go into `schema`. */
export function number(schema: z.ZodNumber = z.number()) {
  return z.preprocess((value) => (typeof value === 'string' && isNumeric(value) ? Number(value) : value), schema);
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function isNumeric(text: string): boolean {
  return DECIMAL.test(text.trim()) && Number.isFinite(Number(text));
}

/** A boolean; `"true"` and `"false"` count, in any letter case. */
export function boolean() {
  return z.preprocess((value) => {
    const text = typeof value === 'string' ? value.toLowerCase() : undefined;
    return text === 'true' ? true : text === 'false' ? false : value;
  }, z.boolean());
}

/** An object without unknown keys; JSON text of one counts, and absence counts as `{}`. */
export function object<Shape extends z.ZodRawShape>(shape: Shape) {
  return fromJson('object', z.strictObject(shape), {});
}

/** An object that takes unknown keys; JSON text of one counts, and absence counts as `{}`. */
export function openObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return fromJson('object', z.looseObject(shape), {});
}

/** An array; JSON text of one counts. Sizes go into `schema`. */
export function array<Item extends z.ZodType>(item: Item, size: { min?: number; max?: number } = {}) {
  const { min = 0, max = Number.POSITIVE_INFINITY } = size;
  // After the items: zod's own limits come before them and hide what is wrong inside.
  const schema = z.array(item).superRefine((input, { issues }) => {
    if (input.length < min) issues.push({ code: 'too_small', origin: 'array', minimum: min, input });
    if (input.length > max) issues.push({ code: 'too_big', origin: 'array', maximum: max, input });
  });
  return fromJson('array', schema);
}

/** A map of free keys; JSON text of one counts. */
export function record<Name extends z.ZodType<string, string>, Value extends z.ZodType>(name: Name, value: Value) {
  return fromJson('record', z.record(name, value));
}

function fromJson<Schema extends z.ZodType>(kind: 'object' | 'array' | 'record', schema: Schema, absent?: unknown) {
  return z.preprocess((value, context) => {
    if (value === undefined) return absent;
    if (value instanceof Uint8Array) {
      context.issues.push({ code: 'invalid_type', expected: kind, input: value, continue: false });
      return z.NEVER;
    }
    if (typeof value !== 'string') return value;
    try {
      return parseJson(value);
    } catch {
      const message = `could not parse ${kind} value from json input`;
      context.issues.push({ code: 'custom', message, input: value, continue: false });
      return z.NEVER;
    }
  }, schema);
}

/** What `oneOf` chooses from; zod itself knows it as something unknown that is transformed. */
const branchesByUnion = new WeakMap<z.core.$ZodType, readonly z.ZodType[]>();

/** The types that a `oneOf` chooses from; undefined for any other schema. */
export function branchesOf(schema: z.core.$ZodType): readonly z.ZodType[] | undefined {
  return branchesByUnion.get(schema);
}

/**
 * One of several types. (zod's own union tells the problem of a single branch as if there were no union, when only that
 * branch has a problem of another kind than type.)
 */
export function oneOf<Outputs extends readonly unknown[]>(
  branches: {
    readonly [Index in keyof Outputs]: z.ZodType<Outputs[Index]>;
  },
) {
  const union = z.unknown().transform((value, context): Outputs[number] => {
    const errors: z.core.$ZodIssue[][] = [];
    for (const branch of branches) {
      const parsed = branch.safeParse(value, { reportInput: true });
      if (parsed.success) return parsed.data;
      errors.push(parsed.error.issues);
    }
    context.issues.push({ code: 'invalid_union', errors, input: value, continue: false });
    return z.NEVER;
  });
  branchesByUnion.set(union, branches);
  return union;
}
