import { extname } from 'node:path';
import * as z from 'zod';
import { BadRequest } from '../errors/errors.ts';
import { parseJson } from '../json/parse-json.ts';
import { reference } from '../stores/saved-objects.ts';
import { nameOf } from './saved-object-view.ts';

/** Kibana's default for the objects of an import or export. */
export const MAX_OBJECTS = 10_000;

const importObject = z.object({
  type: z.string(),
  id: z.string(),
  attributes: z.record(z.string(), z.unknown()),
  references: z.array(reference).default([]),
  originId: z.string().optional(),
  managed: z.boolean().default(false),
  coreMigrationVersion: z.string().optional(),
  typeMigrationVersion: z.string().optional(),
  /** The older form of `typeMigrationVersion`. */
  migrationVersion: z.record(z.string(), z.string()).optional(),
});
export type ImportObject = z.infer<typeof importObject>;

/** Refuses a file whose name does not end as exports do. */
export function checkFileName(filename: string): void {
  const extension = extname(filename).toLowerCase();
  if (extension !== '.ndjson') throw new BadRequest(`Invalid file extension ${extension}`);
}

/**
 * The objects of an export file, one on each line. Empty lines and the line with the export's details are passed over.
 *
 * @throws BadRequest for lines that are no object, for too many objects, and for one that is there twice
 */
export function readImportFile(content: Buffer): ImportObject[] {
  const objects: ImportObject[] = [];
  const names = new Set<string>();
  const repeated = new Set<string>();
  for (const [index, line] of content.toString().split('\n').entries()) {
    const object = readLine(line, index + 1);
    if (object === undefined) continue;
    if (objects.push(object) > MAX_OBJECTS) throw new BadRequest(`Can't import more than ${MAX_OBJECTS} objects`);
    const name = nameOf(object);
    if (names.has(name)) repeated.add(name);
    names.add(name);
  }
  if (repeated.size > 0) {
    throw new BadRequest(`Non-unique import objects detected: [${[...repeated].join(',')}]`);
  }
  return objects;
}

function readLine(line: string, number: number): ImportObject | undefined {
  if (line.trim() === '') return undefined;
  const value = parseLine(line);
  if (value === null || (typeof value === 'object' && 'exportedCount' in value)) return undefined;
  const parsed = importObject.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new BadRequest(`Line ${number} is no saved object. ${problems.join('; ')}`);
}

/** Kibana hands on what its JSON parser says. */
function parseLine(line: string): unknown {
  try {
    return parseJson(line);
  } catch (error) {
    throw new BadRequest(error instanceof Error ? error.message : 'Invalid JSON', { cause: error });
  }
}
