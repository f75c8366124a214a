import { BadRequest, Conflict, NotAcceptable, NotFound, WriteConflict } from '../errors/errors.ts';
import { encodeVersion } from '../stores/versions.ts';
import { type Write, write } from '../stores/write.ts';
import { applyChanges, changedFields } from './case-changes.ts';
import { type Case, nextVersion, readCases } from './case-records.ts';
import type { CasePatch } from './contract.ts';
import { checkCustomFields, sanitizedAssignees } from './create-case.ts';
import { authorize, type Caller, type OperationName } from './owners.ts';
import { type By, checkRoomFor, writeUserActions } from './user-actions.ts';

/** Writes of one transaction. */
const TRANSACTION = 100;

type Found = { patch: CasePatch; was: Case };

/**
 * Changes cases, each from the version that the client has read: whoever comes second gets a conflict, and nothing of his
 * is written. What fits one transaction (about 25 cases) is changed together or not at all.
 *
 * @throws Forbidden, NotFound, Conflict, NotAcceptable when nothing would change, BadRequest
 */
export async function updateCases(caller: Caller, request: readonly CasePatch[], by: By): Promise<Case[]> {
  const patches = request.map((patch) => ({
    ...patch,
    ...(patch.assignees !== undefined && { assignees: sanitizedAssignees(patch.assignees) }),
  }));
  const read = await readCases(
    caller.space,
    patches.map(({ id }) => id),
  );
  const found = patches.flatMap((patch, index): Found[] => {
    const was = read[index];
    return was === undefined ? [] : [{ patch, was }];
  });
  await authorize(
    caller,
    operationsOf(found, patches.length),
    found.map(({ was }) => was.attributes.owner),
  );
  const missing = patches.filter((_, index) => read[index] === undefined);
  if (missing.length > 0) {
    throw new NotFound(`These cases ${idsOf(missing)} do not exist. Please check you have the correct ids.`);
  }
  const stale = found.filter(({ patch, was }, index) => isStale(was, patch) || isRepeated(found, index));
  if (stale.length > 0) throw conflict(stale.map(({ patch }) => patch));
  return writeChanges(found, by);
}

function isStale({ version }: Case, patch: CasePatch): boolean {
  return encodeVersion(version) !== patch.version;
}

/** A case named twice: its first change makes the version of the second one stale. */
function isRepeated(found: readonly Found[], index: number): boolean {
  return found.findIndex(({ was }) => was.id === found[index]?.was.id) !== index;
}

function idsOf(patches: readonly CasePatch[]): string {
  return patches.map(({ id }) => id).join(', ');
}

function conflict(patches: readonly CasePatch[], cause?: unknown): Conflict {
  return new Conflict(
    `These cases ${idsOf(patches)} has been updated. Please refresh before saving additional updates.`,
    { cause },
  );
}

/** Reopening and assigning are rights of their own; who does only that needs no right to update. */
function operationsOf(found: readonly Found[], asked: number): OperationName[] {
  const reopened = found.filter(
    ({ patch: { status, version }, was }) =>
      was.attributes.status === 'closed' &&
      status !== undefined &&
      status !== 'closed' &&
      version === encodeVersion(was.version),
  );
  const assigned = found.filter(
    ({ patch: { assignees }, was }) =>
      assignees !== undefined && uidsOf(assignees) !== uidsOf(was.attributes.assignees),
  );
  const onlyReopens = assigned.length === 0 && reopened.length === asked && reopened.every(has('status'));
  const onlyAssigns = reopened.length === 0 && assigned.length === asked && assigned.every(has('assignees'));
  return [
    ...(reopened.length > 0 ? (['reopenCase'] as const) : []),
    ...(assigned.length > 0 ? (['assignCase'] as const) : []),
    ...(onlyReopens || onlyAssigns ? [] : (['updateCase'] as const)),
  ];
}

function uidsOf(assignees: readonly { uid: string }[]): string {
  return JSON.stringify(assignees.map(({ uid }) => uid));
}

/** True for patches that change nothing but one field. */
function has(field: string): (found: Found) => boolean {
  return ({ patch }) => Object.keys(patch).every((key) => ['id', 'version', field].includes(key));
}

async function writeChanges(found: readonly Found[], by: By): Promise<Case[]> {
  const changed = found
    .map(({ patch, was }) => ({ patch, was, changes: changedFields(patch, was.attributes) }))
    .filter(({ changes }) => Object.keys(changes).length > 0);
  if (changed.length === 0) throw new NotAcceptable('All update fields are identical to current version.');
  const moved = changed.filter(({ changes }) => changes.owner !== undefined);
  if (moved.length > 0) {
    const ids = idsOf(moved.map(({ patch }) => patch));
    throw new BadRequest(`Updating the owner of a case is not allowed ids: [${ids}]`);
  }
  const planned: { patch: CasePatch; next: Case; writes: Write[] }[] = [];
  for (const { patch, was, changes } of changed) {
    checkCustomFields(changes.customFields);
    const { next: attributes, actions } = applyChanges(was.attributes, changes, by);
    checkRoomFor(actions.length, was.id, was.totals.actions);
    const { next, writes } = await nextVersion(was, attributes, { actions: actions.length });
    planned.push({ patch, next, writes: [...writes, ...(await writeUserActions(next, actions, by))] });
  }
  for (const batch of batchesOf(planned)) {
    try {
      await write(...batch.flatMap(({ writes }) => writes));
    } catch (error) {
      if (!(error instanceof WriteConflict)) throw error;
      throw conflict([patchAt(batch, error.index)], error);
    }
  }
  return planned.map(({ next }) => next);
}

function batchesOf<Planned extends { writes: Write[] }>(planned: readonly Planned[]): [Planned, ...Planned[]][] {
  const batches: [Planned, ...Planned[]][] = [];
  let size = 0;
  for (const each of planned) {
    const last = batches.at(-1);
    size += each.writes.length;
    if (last !== undefined && size <= TRANSACTION) {
      last.push(each);
    } else {
      batches.push([each]);
      size = each.writes.length;
    }
  }
  return batches;
}

/** The patch whose write was refused. */
function patchAt(
  batch: readonly [{ patch: CasePatch; writes: Write[] }, ...{ patch: CasePatch; writes: Write[] }[]],
  index: number,
) {
  let passed = 0;
  for (const { patch, writes } of batch) {
    passed += writes.length;
    if (index < passed) return patch;
  }
  return batch[0].patch;
}
