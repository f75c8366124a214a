import type { JsonObject } from '../json/merge.ts';

/** Attributes whose text a search looks into. */
const SEARCHED = ['title', 'name', 'description'];

type Clause = { isWanted: boolean; matches: (words: readonly string[]) => boolean };

/**
 * A search in the form of Elasticsearch's simple query string: words, `"phrases"`, `prefix*`, `-not`, `+` between what must
 * all be there, `|` or nothing between what may be there. Everything else is read as blank.
 */
export function matcherOf(search: string): (attributes: JsonObject) => boolean {
  const alternatives = alternativesOf(search);
  return (attributes) => {
    const fields = SEARCHED.map((name) => attributes[name]).flatMap((text) =>
      typeof text === 'string' ? [wordsOf(text)] : [],
    );
    return alternatives.some((clauses) =>
      clauses.every(({ isWanted, matches }) => fields.some((words) => matches(words)) === isWanted),
    );
  };
}

function alternativesOf(search: string): Clause[][] {
  const alternatives: Clause[][] = [];
  let isJoined = false;
  for (const [token, phrase, word = ''] of search.matchAll(/"([^"]*)"?|\+|\||(-?[^\s"+|()]+)/g)) {
    if (token === '+' || token === '|') {
      isJoined = token === '+';
      continue;
    }
    const clause = phrase === undefined ? clauseOf(word) : phraseOf(phrase);
    const last = alternatives.at(-1);
    if (isJoined && last !== undefined) last.push(clause);
    else alternatives.push([clause]);
    isJoined = false;
  }
  return alternatives;
}

function clauseOf(text: string): Clause {
  const isWanted = !text.startsWith('-');
  const word = isWanted ? text : text.slice(1);
  if (word === '*') return { isWanted, matches: () => true };
  if (!word.endsWith('*')) return { ...phraseOf(word), isWanted };
  const [prefix = ''] = wordsOf(word);
  return { isWanted, matches: (words) => words.some((each) => each.startsWith(prefix)) };
}

function phraseOf(text: string): Clause {
  const phrase = wordsOf(text);
  const matches = (words: readonly string[]) =>
    phrase.length > 0 && words.some((_, start) => phrase.every((word, index) => words[start + index] === word));
  return { isWanted: true, matches };
}

/** Words as Elasticsearch's standard analyzer splits a text: letters and digits, lower case. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}
