import { BadRequest } from '../../errors/errors.ts';

/** Most tags of an agent: all its rows under tags change in one transaction. */
export const MAX_TAGS = 40;
const MAX_TAG_BYTES = 1_024;

/** Refuses tags that no agent can have. @throws BadRequest */
export function checkTags(tags: readonly string[]): void {
  if (tags.length > MAX_TAGS) throw new BadRequest(`An agent can have at most ${MAX_TAGS} tags, not ${tags.length}`);
  for (const tag of tags) checkTag(tag);
}

/** Refuses a text that cannot be a tag. @throws BadRequest */
export function checkTag(tag: string): void {
  if (!tag.isWellFormed()) throw new BadRequest('A tag must be well-formed Unicode');
  const bytes = Buffer.byteLength(tag);
  if (bytes > MAX_TAG_BYTES) {
    throw new BadRequest(`A tag can have at most ${MAX_TAG_BYTES} bytes, not ${bytes}`);
  }
}

export type TagChange = { tagsToAdd: readonly string[]; tagsToRemove: readonly string[] };

/**
 * An agent's tags after a change. One to add and one to remove is a renaming: it happens in place. Else what goes is taken
 * out and what comes stands at the end.
 */
export function changedTags(tags: readonly string[], { tagsToAdd, tagsToRemove }: TagChange): string[] {
  const add = [...new Set(tagsToAdd)];
  const remove = new Set(tagsToRemove);
  const [only] = add;
  const kept =
    add.length === 1 && remove.size === 1 && only !== undefined
      ? tags.map((tag) => (remove.has(tag) ? only : tag))
      : tags.filter((tag) => !remove.has(tag));
  return [...new Set([...kept, ...add])];
}
