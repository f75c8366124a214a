import { randomInt, randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import * as z from 'zod';
import { fitsKey, key } from '../stores/keys.ts';
import { type Row, read, readMany, readSnapshot, rows } from '../stores/read.ts';
import { firstInnerVersion } from '../stores/versions.ts';
import { type Write, write } from '../stores/write.ts';
import { reservedRole, reservedRoles } from './reserved-roles.ts';
import { type RoleDescriptor, roleDescriptor } from './role-descriptor.ts';

/**
 * Roles, and the epoch under which warm functions may remember them.
 *
 *   role   pk roles           sk <name>   descriptor (JSON text)
 *   epoch  pk role-epoch#<n>  sk epoch    eight equal copies
 *
 * Whoever remembers roles compares one copy of the epoch on every request; it changes in the transaction that changes a
 * role, and only then. Eight copies, because one partition serves 3,000 reads a second and every request reads one.
 */
const table = 'Security';
const PARTITION = 'roles';
const EPOCH_COPIES = 8;

export type Role = { name: string; descriptor: RoleDescriptor; reserved: boolean };

const roleRow = z.object({
  sk: z.string(),
  version: z.number(),
  descriptor: z.string().transform((text) => roleDescriptor.parse(JSON.parse(text))),
});
const epochRow = z.object({ epoch: z.string() });

/** The copy of the epoch that this process reads. */
const ownCopy = randomInt(EPOCH_COPIES);

function roleKey(name: string) {
  return key(PARTITION, name);
}

function epochKeyOf(copy: number) {
  return key(`role-epoch#${copy}`, 'epoch');
}

/** Address of this process's copy of the epoch, for who reads it together with other rows. */
export function epochKey() {
  return epochKeyOf(ownCopy);
}

/** The epoch that a row of `epochKey` holds. */
export function epochOf(row: Row | undefined): string {
  return row === undefined ? 'before the first role' : epochRow.parse(row).epoch;
}

const remembered = new LRUCache<string, { epoch: string; role: Role | undefined }>({ max: 1_000 });

/** Roles that one snapshot reads: a transaction takes 100 rows, one is the epoch. */
const SNAPSHOT_ROLES = 99;

/**
 * The descriptors of the named roles that exist, by name. Roles remembered under `epoch` cost nothing; others are read together
 * with the epoch, in one snapshot, and remembered under the epoch of that snapshot. (Read one after the other, an old
 * role could be kept under a new epoch for good.)
 */
export async function resolveRoles(names: readonly string[], epoch: string): Promise<Map<string, RoleDescriptor>> {
  const resolved = new Map<string, Role | undefined>();
  const missing: string[] = [];
  for (const name of new Set(names)) {
    const builtIn = reservedRole(name);
    const known = remembered.get(name);
    if (builtIn !== undefined) resolved.set(name, { name, descriptor: builtIn, reserved: true });
    else if (known?.epoch === epoch) resolved.set(name, known.role);
    else missing.push(name);
  }
  for (let start = 0; start < missing.length; start += SNAPSHOT_ROLES) {
    const wanted = missing.slice(start, start + SNAPSHOT_ROLES);
    const [epochFound, ...found] = await readSnapshot(table, [epochKey(), ...wanted.map(roleKey)]);
    wanted.forEach((name, index) => {
      const role = roleOf(found[index]);
      remembered.set(name, { epoch: epochOf(epochFound), role });
      resolved.set(name, role);
    });
  }
  return new Map([...resolved].flatMap(([name, role]) => (role === undefined ? [] : [[name, role.descriptor]])));
}

function roleOf(row: Row | undefined): Role | undefined {
  if (row === undefined) return undefined;
  const { sk, descriptor } = roleRow.parse(row);
  return { name: sk, descriptor, reserved: false };
}

/** One role, as of now. */
export async function findRole(name: string): Promise<Role | undefined> {
  const builtIn = reservedRole(name);
  if (builtIn !== undefined) return { name, descriptor: builtIn, reserved: true };
  return fitsKey(name) ? roleOf(await read(table, roleKey(name))) : undefined;
}

/** The roles of these names that exist. */
export async function findRoles(names: readonly string[]): Promise<Map<string, Role>> {
  const found = await readMany(table, names.map(roleKey));
  return new Map(found.map(roleOf).flatMap((role) => (role === undefined ? [] : [[role.name, role]])));
}

/** All roles by name, the reserved ones included. */
export async function allRoles(): Promise<Role[]> {
  const roles: Role[] = reservedRoles().map(([name, descriptor]) => ({ name, descriptor, reserved: true }));
  for await (const row of rows({ table, pk: PARTITION })) {
    const role = roleOf(row);
    if (role !== undefined) roles.push(role);
  }
  return roles.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/**
 * Changes a role against what stands there: `change` gets the role as it is and gives the descriptor to store, or
 * `undefined` to leave it.
 *
 * @returns what happened
 * @throws WriteConflict when somebody else changed the role in between
 */
export async function changeRole(
  name: string,
  change: (was: RoleDescriptor | undefined) => RoleDescriptor | undefined,
): Promise<'created' | 'updated' | 'noop'> {
  const address = roleKey(name);
  const row = await read(table, address);
  const was = row && roleRow.parse(row);
  const descriptor = change(was?.descriptor);
  if (descriptor === undefined) return 'noop';
  const next = {
    ...address,
    descriptor: JSON.stringify(descriptor),
    version: was === undefined ? firstInnerVersion() : was.version + 1,
  };
  await write(was === undefined ? { table, create: next } : { table, replace: next }, ...newEpoch());
  return was === undefined ? 'created' : 'updated';
}

/** Deletes a role; false when there was none. */
export async function deleteRole(name: string): Promise<boolean> {
  if (!fitsKey(name)) return false;
  const address = roleKey(name);
  if ((await read(table, address)) === undefined) return false;
  await write({ table, delete: address }, ...newEpoch());
  return true;
}

function newEpoch(): Write[] {
  const epoch = randomUUID();
  return Array.from({ length: EPOCH_COPIES }, (_, copy) => ({ table, put: { ...epochKeyOf(copy), epoch } }));
}
