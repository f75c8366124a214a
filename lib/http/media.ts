import * as z from 'zod';

/** The schema of an answer that is text of another kind than JSON, for the API's document. */
export function textOf(mediaType: string) {
  return z.string().meta({ contentMediaType: mediaType });
}
