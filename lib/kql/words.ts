// Letters, digits and marks form words. A point or an apostrophe inside a word does not part it, nor a comma in a number.
const wordPattern =
  /[\p{L}\p{M}\p{N}_]+(?:(?:(?<=[\p{L}\p{M}])['’.:·](?=\p{L})|(?<=\p{N})['’.,;](?=\p{N}))[\p{L}\p{M}\p{N}_]+)*/gu;

/** The words of an analysed text, lower-cased, nearly as Elasticsearch's standard analyzer finds them. */
export function words(text: string): string[] {
  return text.toLowerCase().match(wordPattern) ?? [];
}
