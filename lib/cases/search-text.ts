import { BadRequest } from '../errors/errors.ts';

/**
 * Elasticsearch's simple query syntax, as far as the search field of a case list uses it: words, "phrases", beginnings*,
 * -without, and whether one word or all have to be there. Nothing of the query ever becomes a regular expression.
 */
export type TextTest = {
  /** True when the texts together are found. */
  matches: (texts: readonly string[]) => boolean;
};

/** Words and phrases of one query: each is looked for in every text. */
const MAX_CLAUSES = 100;

type Clause = { words: string[]; beginning: boolean; negative: boolean };

/**
 * How a query asks for texts.
 *
 * @param operator what stands between two words
 * @throws BadRequest for more words than anybody types
 */
export function textTest(query: string, operator: 'AND' | 'OR'): TextTest {
  const clauses = clausesOf(query);
  if (clauses.length > MAX_CLAUSES) {
    throw new BadRequest(`too many words to search for: ${clauses.length} where ${MAX_CLAUSES} are allowed`);
  }
  return {
    matches: (texts) => {
      const analyzed = texts.map(wordsOf);
      const found = (clause: Clause) => analyzed.some((words) => contains(words, clause)) !== clause.negative;
      return clauses.length > 0 && (operator === 'AND' ? clauses.every(found) : clauses.some(found));
    },
  };
}

function clausesOf(query: string): Clause[] {
  return [...query.matchAll(/(-?)"([^"]*)"?|(\S+)/g)].flatMap(([, minus, phrase, word]) => {
    const negative = minus === '-' || (word?.startsWith('-') ?? false);
    const words = wordsOf(phrase ?? word ?? '');
    return words.length === 0 ? [] : [{ words, negative, beginning: word?.endsWith('*') ?? false }];
  });
}

/** Lower-case runs of letters and digits. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}

function contains(words: readonly string[], { words: wanted, beginning }: Clause): boolean {
  const last = wanted.length - 1;
  return words.some((_, start) =>
    wanted.every((word, offset) => {
      const found = words[start + offset];
      return beginning && offset === last ? found?.startsWith(word) === true : found === word;
    }),
  );
}
