import * as z from 'zod';
import { BadRequest, Conflict, Forbidden, NotFound, ServerError, WriteConflict } from '../errors/errors.ts';
import { SPACES } from '../security/disabled-features.ts';
import type { Principal } from '../security/principal.ts';
import { hasApiPrivilege, holdsGlobally, mayEnterSpace } from '../security/privileges.ts';
import { fitsKey, key } from '../stores/keys.ts';
import { type SpaceContent, savedObjects } from '../stores/leave-space.ts';
import { type Row, read, readMany, rows } from '../stores/read.ts';
import { write } from '../stores/write.ts';

/**
 * Spaces. Access: by id; all. A space that was never created is no error anywhere else: its id is only a namespace.
 *
 *   space  pk spaces   sk <id>
 */
const table = 'SavedObjects';

export const space = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  color: z.string().optional(),
  initials: z.string().optional(),
  imageUrl: z.string().optional(),
  disabledFeatures: z.array(z.string()),
  _reserved: z.boolean().optional(),
  solution: z.enum(['es', 'oblt', 'security', 'classic']).optional(),
});
export type Space = z.infer<typeof space>;

/** The space that exists without being created, and cannot be deleted. */
const defaultSpace: Space = {
  id: 'default',
  name: 'Default',
  description: 'This is your default space!',
  color: '#00bfb3',
  disabledFeatures: [],
  _reserved: true,
};

export const purposes = ['any', 'copySavedObjectsIntoSpace', 'shareSavedObjectsIntoSpace'] as const;
export type Purpose = (typeof purposes)[number];

function spaceOf(row: Row): Space {
  return space.parse(row);
}

/** Creates a space. */
export async function createSpace(request: Space, as: Principal): Promise<Space> {
  requireManage(as, 'create');
  const taken = () => new Conflict(`A space with the identifier ${request.id} already exists.`);
  if (request.id === defaultSpace.id) throw taken();
  try {
    await write({ table, create: { ...key(SPACES, request.id), ...request, version: 1 } });
  } catch (error) {
    if (error instanceof WriteConflict) throw taken();
    throw error;
  }
  return request;
}

/** One space. Whoever may not enter it does not learn whether it exists. */
export async function getSpace(id: string, as: Principal): Promise<Space> {
  if (!mayEnterSpace(as, id)) throw new Forbidden(`Unauthorized to get ${id} space`);
  return find(id);
}

async function find(id: string): Promise<Space> {
  if (id === defaultSpace.id) return defaultSpace;
  const row = await read(table, key(SPACES, id));
  if (row === undefined) throw new NotFound('Not Found');
  return spaceOf(row);
}

/** Those of the ids that are spaces, whoever may enter them. */
export async function existingSpaces(ids: readonly string[]): Promise<Set<string>> {
  const wanted = ids.filter(fitsKey);
  const found = await readMany(
    table,
    wanted.map((id) => key(SPACES, id)),
  );
  const standing = wanted.filter((_, index) => found[index] !== undefined);
  return new Set([...standing, ...ids.filter((id) => id === defaultSpace.id)]);
}

/** The spaces that the caller may use for a purpose, by name. */
export async function listSpaces(as: Principal, purpose: Purpose = 'any'): Promise<Space[]> {
  const spaces = [defaultSpace];
  for await (const row of rows({ table, pk: SPACES })) spaces.push(spaceOf(row));
  const visible = spaces.filter(({ id }) => authorizedPurposes(as, id)[purpose]);
  if (visible.length === 0) throw new Forbidden('Forbidden');
  return visible.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** What the caller may use a space for. */
export function authorizedPurposes(as: Principal, id: string) {
  const any = mayEnterSpace(as, id);
  const move = hasApiPrivilege(as, id, 'shareSavedObjectsToSpaces');
  return {
    any,
    copySavedObjectsIntoSpace: move,
    findSavedObjects: any,
    shareSavedObjectsIntoSpace: move,
  };
}

/**
 * Deletes a space: first what goes with it, so that a space which could not be emptied in time can be deleted again.
 *
 * @throws Forbidden, NotFound; BadRequest for the default space; ServerError when time is up
 */
export async function deleteSpace(
  id: string,
  contents: readonly SpaceContent[],
  { as, deadline }: { as: Principal; deadline: number },
): Promise<void> {
  requireManage(as, 'delete');
  const { _reserved: reserved } = await find(id);
  if (reserved) throw new BadRequest(`The ${id} space cannot be deleted because it is reserved.`);
  for (const empty of [...contents, savedObjects]) {
    if (!(await empty(id, deadline))) throw new ServerError(timeIsUp(id));
  }
  await write({ table, delete: key(SPACES, id) });
}

function timeIsUp(id: string): string {
  return `The time for one request was over before the space [${id}] was empty. Delete it again to go on.`;
}

function requireManage(as: Principal, operation: 'create' | 'delete'): void {
  if (!holdsGlobally(as, 'manage_spaces')) throw new Forbidden(`Unauthorized to ${operation} spaces`);
}
