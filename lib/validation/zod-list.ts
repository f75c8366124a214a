import { branchesOf, dotted, type Issue, type ValidationRenderer } from './issues.ts';

/** Issues that one message lists; the others are counted. */
const SHOWN = 5;

/**
 * The list that Kibana's zod routes answer: `[request body]: name: Required, type: Required`. What unions report comes
 * after everything else.
 */
export function listOfIssues(textOf: (issue: Issue) => string): ValidationRenderer {
  return (source, issues) => {
    const plain = issues.filter(({ code }) => code !== 'invalid_union');
    const unions = issues.filter(({ code }) => code === 'invalid_union').flatMap(branchesOf);
    const texts = [...plain, ...unions].map((issue) => {
      const path = dotted(issue.path);
      return path === '' ? textOf(issue) : `${path}: ${textOf(issue)}`;
    });
    const more = texts.length > SHOWN ? [`and ${texts.length - SHOWN} more`] : [];
    return `[request ${source}]: ${[...texts.slice(0, SHOWN), ...more].join(', ')}`;
  };
}
