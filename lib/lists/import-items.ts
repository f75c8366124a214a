import { extname } from 'node:path';
import { BadRequest, ServerError, UnsupportedMediaType } from '../errors/errors.ts';
import { createItems } from './list-items.ts';
import type { ValueList } from './lists.ts';
import { parseValues } from './serializer.ts';

/** Lines among which Kibana drops repetitions: its import works through a file in buffers of this size. */
const BUFFER_LINES = 1_000;

const FILE_TYPES = ['.csv', '.txt'];

/** Refuses an upload without a name, or with a name that is not of a text file. */
export function checkFileName(filename: string | undefined): string {
  if (filename === undefined || filename === '') {
    throw new BadRequest('To import a list item, the file name must be specified');
  }
  const decoded = decode(filename);
  if (FILE_TYPES.includes(extname(decoded).toLowerCase())) return decoded;
  throw new UnsupportedMediaType(
    `Unsupported media type. File must be one of the following types: [${FILE_TYPES.join(', ')}]`,
  );
}

function decode(filename: string): string {
  try {
    return decodeURIComponent(filename);
  } catch {
    return filename;
  }
}

/**
 * Adds the lines of a text file to a list. Blank lines are skipped, repetitions among 1,000 lines too; a line that is no
 * value of the list's type is left out. The same file again adds its values again.
 *
 * @throws ServerError saying how many lines stand, when it could not be finished
 */
export async function importItems(
  list: ValueList,
  text: string,
  by: { username: string; now: Date },
  deadline: number,
): Promise<void> {
  const lines = distinctLines(text);
  const values = parseValues(lines, list).filter((value) => value !== null);
  const { written, complete, failure } = await createItems(list, values, by, deadline);
  if (complete) return;
  const reason = failure === undefined ? 'the time for one request is over' : 'the store refused the rest';
  throw new ServerError(
    `The import stopped before its end because ${reason}: ${written} of ${values.length} lines are in the list.`,
    { cause: failure },
  );
}

function distinctLines(text: string): string[] {
  const lines: string[] = [];
  let buffer = new Set<string>();
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line.trim() === '') continue;
    buffer.add(line);
    if (buffer.size === BUFFER_LINES) {
      for (const each of buffer) lines.push(each);
      buffer = new Set();
    }
  }
  for (const each of buffer) lines.push(each);
  return lines;
}
