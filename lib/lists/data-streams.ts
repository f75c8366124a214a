import { BadRequest, NotFound } from '../errors/errors.ts';
import { key } from '../stores/keys.ts';
import { read } from '../stores/read.ts';
import { write } from '../stores/write.ts';

/**
 * Whether a space has its data streams for value lists, `.lists-<space>` and `.items-<space>`. Clients create both before
 * the first list; nothing lies in them here, they are one flag.
 *
 *   streams  pk <space>#streams   sk streams
 */
const table = 'ValueLists';

function keyOf(space: string) {
  return key(`${space}#streams`, 'streams');
}

/** Creates both data streams; again is no error. */
export async function createDataStreams(space: string): Promise<void> {
  await write({ table, put: keyOf(space) });
}

async function exist(space: string): Promise<boolean> {
  return (await read(table, keyOf(space))) !== undefined;
}

/** @throws NotFound naming what is missing */
export async function requireDataStreams(space: string): Promise<void> {
  if (await exist(space)) return;
  throw new NotFound(`data stream .lists-${space} and data stream .items-${space} does not exist`);
}

/** @throws BadRequest when a list cannot be created because its data stream is missing */
export async function requireDataStreamFor(
  subject: 'create a list' | 'import a list item',
  space: string,
): Promise<void> {
  if (await exist(space)) return;
  // Kibana's own spelling of the import's text.
  const stream = subject === 'create a list' ? 'data stream' : 'data steam';
  throw new BadRequest(`To ${subject}, the ${stream} must exist first. Data stream ".lists-${space}" does not exist`);
}
