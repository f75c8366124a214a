import { branchesOf, dotted, type Issue, type ValidationRenderer } from './issues.ts';

/** Issues that one message lists; the others are counted. */
const SHOWN = 5;

/**
 * Without the limits of values that are of another type anyway: `[]` has a length, but is no text that is too short. (A
 * number that is not whole is a number.) One look at each issue, for a body may have very many.
 */
function withoutEmptyLimits(issues: readonly Issue[]): Issue[] {
  const placeOf = ({ path }: Issue) => JSON.stringify(path);
  const mistyped = new Set(
    issues.filter((issue) => issue.code === 'invalid_type' && issue.expected !== 'int').map(placeOf),
  );
  const isLimit = ({ code }: Issue) => code === 'too_small' || code === 'too_big';
  return issues.filter((issue) => !isLimit(issue) || !mistyped.has(placeOf(issue)));
}

/**
 * The list that Kibana's zod routes answer: `[request body]: name: Required, type: Required`. What unions report comes
 * after everything else.
 *
 * @param told what the version of zod itself would tell of the issues
 */
export function listOfIssues(
  textOf: (issue: Issue) => string,
  told: (issues: readonly Issue[]) => readonly Issue[] = (issues) => issues,
): ValidationRenderer {
  return ([{ source, issues: all }]) => {
    const issues = told(all);
    const plain = withoutEmptyLimits(issues.filter(({ code }) => code !== 'invalid_union'));
    const unions = issues.filter(({ code }) => code === 'invalid_union').flatMap(branchesOf);
    const texts = [...plain, ...unions].map((issue) => {
      const path = dotted(issue.path);
      return path === '' ? textOf(issue) : `${path}: ${textOf(issue)}`;
    });
    const more = texts.length > SHOWN ? [`and ${texts.length - SHOWN} more`] : [];
    return `[request ${source}]: ${[...texts.slice(0, SHOWN), ...more].join(', ')}`;
  };
}
