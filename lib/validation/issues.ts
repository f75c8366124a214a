import type * as z from 'zod';

export type Issue = z.core.$ZodIssue;

/** Where a value came from; stands in every validation text. */
export type Source = 'params' | 'query' | 'body';

/** What is wrong with one source. */
export type Problems = { source: Source; issues: readonly Issue[] };

/** Words what is wrong with a request as the message of a 400. */
export type ValidationRenderer = {
  (problems: readonly [Problems, ...Problems[]]): string;
  /** True for routes that look at all sources before they answer; the others answer at the first that fails. */
  checksAllSources?: boolean;
};

/** The issue seen from further out: union branches report paths relative to the union. */
export function under(path: readonly PropertyKey[], issue: Issue): Issue {
  return { ...issue, path: [...path, ...issue.path] };
}

/** The issues of all branches of a union, each with its full path; other issues are themselves. */
export function branchesOf(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  return issue.errors.flatMap((branch) => branch.flatMap((inner) => branchesOf(under(issue.path, inner))));
}

/** `a.0.b` */
export function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}
