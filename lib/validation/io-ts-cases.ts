import * as z from 'zod';
import { type Issue, under, type ValidationRenderer } from './issues.ts';

/**
 * The io-ts routes of cases: all problems, each text once, joined by commas without a blank and without naming the source.
 * Unknown keys are told when there is no other problem, in one list.
 */
export const ioTsCases: ValidationRenderer = ([{ issues }]) => {
  const plain = issues.flatMap(unfold);
  const errors = plain.filter(({ code }) => code !== 'unrecognized_keys').map(textOf);
  if (errors.length > 0) return [...new Set(errors)].join(',');
  const keys = plain.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  return `invalid keys "${keys.join(',')}"`;
};

/**
 * The issues of all branches of a union; of one branch alone when that only finds unknown keys, because io-ts looks for
 * those after it has found the branch.
 */
function unfold(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const branches = issue.errors.map((branch) => branch.flatMap((inner) => unfold(under(issue.path, inner))));
  const fitting = branches.find((branch) => branch.every(({ code }) => code === 'unrecognized_keys'));
  return fitting ?? branches.flat();
}

function textOf(issue: Issue): string {
  if (issue.code === 'custom') return issue.message;
  // A union without a branch for the value is refused as a whole; zod points to the key that should have told.
  const path = issue.code === 'invalid_union' ? issue.path.slice(0, -1) : issue.path;
  const names = path.map(String).filter((name) => !Number.isInteger(Number(name)));
  return `Invalid value "${printed(issue.input)}" supplied to "${names.join(',')}"`;
}

function printed(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

type Limits = { field: string; min?: number; max: number };

/** A text of limited length; blanks at its ends do not count. */
export function limitedText({ field, min = 1, max }: Limits) {
  return z.string().superRefine((text, context) => {
    const { length } = text.trim();
    const problem =
      length === 0 && min > 0
        ? `The ${field} field cannot be an empty string.`
        : length < min
          ? `The length of the ${field} is too short. The minimum length is ${min}.`
          : length > max
            ? `The length of the ${field} is too long. The maximum length is ${max}.`
            : undefined;
    if (problem !== undefined) refuse(context, text, problem);
  });
}

/** A list of limited length. */
export function limitedList<Item extends z.ZodType>(item: Item, { field, min = 0, max }: Limits) {
  return z.array(item).superRefine((items, context) => {
    const problem =
      items.length < min
        ? `The length of the field ${field} is too short. Array must be of length >= ${min}.`
        : items.length > max
          ? `The length of the field ${field} is too long. Array must be of length <= ${max}.`
          : undefined;
    if (problem !== undefined) refuse(context, items, problem);
  });
}

/** Without `continue`, zod would tell the problem as if there were no other branches of a union. */
function refuse(context: z.core.$RefinementCtx, input: unknown, message: string): void {
  context.issues.push({ code: 'custom', message, input, continue: false });
}

/** A list of values, or one alone, as a list. */
export function manyOrOne<Item extends z.ZodType>(item: Item, limits?: Limits) {
  const many = limits === undefined ? z.array(item) : limitedList(item, limits);
  return z.union([many, item]).transform((value) => [value].flat());
}

/** The same, where one value is looked for first: the order in which problems are told. */
export function oneOrMany<Item extends z.ZodType>(item: Item) {
  return z.union([item, z.array(item)]).transform((value) => [value].flat());
}

/** A number, or text of one. */
const count = z.union([
  z.number(),
  z.string().transform((text, context) => {
    const number = Number(text);
    if (!Number.isNaN(number)) return number;
    refuse(context, text, 'cannot parse to a number');
    return z.NEVER;
  }),
]);

/** A number as `count` gives it: also an infinite one, which `z.number()` refuses. */
const counted = z.custom<number>((value) => typeof value === 'number');

/** Most documents that paging reaches. */
const MAX_DOCUMENTS = 10_000;

/** An object with `page` and `perPage`, whose product is limited, and further keys. */
export function paged<Shape extends z.ZodRawShape>(shape: Shape, maxPerPage: number) {
  const pages = z.object({ page: counted.optional(), perPage: counted.optional() });
  return z
    .strictObject({ ...shape, page: count.optional(), perPage: count.optional() })
    .superRefine((value, context) => {
      const { page = 0, perPage = 0 } = pages.parse(value);
      if (perPage > maxPerPage) {
        refuse(
          context,
          value,
          `The provided perPage value is too high. The maximum allowed perPage value is ${maxPerPage}.`,
        );
      } else if (page > MAX_DOCUMENTS || page * perPage > MAX_DOCUMENTS) {
        refuse(
          context,
          value,
          `The number of documents is too high. Paginating through more than ${MAX_DOCUMENTS} documents is not possible.`,
        );
      }
    });
}
