import { isDeepStrictEqual } from 'node:util';
import { branchesOf, dotted, type Issue, type ValidationRenderer } from './issues.ts';

/** Issues that one message lists; the others are counted. */
const SHOWN = 5;

/** True for the limit of a value that is of another type anyway: `[]` has a length, but is no text that is too short. */
function isBesideTheType({ code, path }: Issue, issues: readonly Issue[]): boolean {
  if (code !== 'too_small' && code !== 'too_big') return false;
  return issues.some((other) => other.code === 'invalid_type' && isDeepStrictEqual(other.path, path));
}

/**
 * The list that Kibana's zod routes answer: `[request body]: name: Required, type: Required`. What unions report comes
 * after everything else.
 */
export function listOfIssues(textOf: (issue: Issue) => string): ValidationRenderer {
  return (source, issues) => {
    const plain = issues.filter((issue) => issue.code !== 'invalid_union' && !isBesideTheType(issue, issues));
    const unions = issues.filter(({ code }) => code === 'invalid_union').flatMap(branchesOf);
    const texts = [...plain, ...unions].map((issue) => {
      const path = dotted(issue.path);
      return path === '' ? textOf(issue) : `${path}: ${textOf(issue)}`;
    });
    const more = texts.length > SHOWN ? [`and ${texts.length - SHOWN} more`] : [];
    return `[request ${source}]: ${[...texts.slice(0, SHOWN), ...more].join(', ')}`;
  };
}
