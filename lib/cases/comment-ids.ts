/**
 * A comment is asked for by its id alone, but lies under its case's incarnation. Its id, a UUID v4, therefore holds the
 * incarnation: 60 random bits of the case in the first three groups, 62 of its own in the last two.
 */
const uuid = /^([0-9a-f]{8})-([0-9a-f]{4})-4([0-9a-f]{3})-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function digitsOf(id: string): string | undefined {
  const match = uuid.exec(id);
  return match === null ? undefined : `${match[1]}${match[2]}${match[3]}`;
}

/** The incarnation of a new case: 60 random bits, hex. */
export function newIncarnation(newId: () => string): string {
  const digits = digitsOf(newId());
  if (digits === undefined) throw new Error('new ids have to be UUIDs of version 4');
  return digits;
}

/** An id for a comment of the case. */
export function newCommentId(incarnation: string, newId: () => string): string {
  const groups = [incarnation.slice(0, 8), incarnation.slice(8, 12), `4${incarnation.slice(12)}`];
  return [...groups, ...newId().split('-').slice(3)].join('-');
}

/** The incarnation under which a comment of this id would lie; undefined for what no comment can have as its id. */
export function incarnationOf(commentId: string): string | undefined {
  return digitsOf(commentId);
}
