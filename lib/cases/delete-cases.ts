import { BadRequest, Conflict } from '../errors/errors.ts';
import { deletionsOf } from '../stores/large-documents.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { orderSweep } from '../stores/sweeps.ts';
import { type Write, write } from '../stores/write.ts';
import { type Case, caseKey, caseNotFound, childPartition, listedKey, readCases, table } from './case-records.ts';
import { MAX_CASES } from './contract.ts';
import { authorize, type Caller } from './owners.ts';
import { deleteCreator } from './reporters.ts';

/** Cases that one transaction deletes: up to five writes each, and what large ones have beside their rows. */
const BATCH = 10;

/**
 * Deletes cases. Their comments and user actions go with them at once, and are swept later.
 *
 * @throws BadRequest, Forbidden; NotFound when one is unknown: then none is deleted
 */
export async function deleteCases(caller: Caller, ids: readonly string[]): Promise<void> {
  checkIds(ids);
  const wanted = [...new Set(ids)];
  const found = (await readCases(caller.space, wanted)).map((each, index) => {
    if (each === undefined) throw caseNotFound(wanted[index] ?? '');
    return each;
  });
  await authorize(
    caller,
    'deleteCase',
    found.map(({ attributes }) => attributes.owner),
  );
  for (let start = 0; start < found.length; start += BATCH) {
    await deleteBatch(caller.space, found.slice(start, start + BATCH));
  }
}

/** Deletes a case whoever asks: its space is deleted. One that is gone by now is no error. */
export async function removeCase(id: string, space: string): Promise<void> {
  const [found] = await readCases(space, [id]);
  if (found !== undefined) await deleteBatch(space, [found]);
}

function checkIds(ids: readonly string[]): void {
  const length = (problem: string) => new BadRequest(`The length of the field ids is ${problem}`);
  if (ids.some((id) => id.trim() === '')) throw new BadRequest('string must have length >= 1');
  if (ids.length < 1) throw length('too short. Array must be of length >= 1.');
  if (ids.length > MAX_CASES) throw length(`too long. Array must be of length <= ${MAX_CASES}.`);
}

/** A case that somebody changes meanwhile is read again: deleting asks for no version. */
async function deleteBatch(space: string, batch: readonly Case[]): Promise<void> {
  const ids = batch.map(({ id }) => id);
  await retryOnConflict(
    async (round) => {
      // What is gone by now somebody else has deleted.
      const cases = round === 1 ? batch : (await readCases(space, ids)).filter((each) => each !== undefined);
      await write(...cases.flatMap(writesThatDelete));
    },
    { otherwise: (cause) => new Conflict('The cases are being changed by others', { cause }) },
  );
}

function writesThatDelete({ id, space, version, incarnation, attributes, stored }: Case): Write[] {
  const place = { space, incarnation };
  return [
    { table, delete: caseKey(id), version },
    { table, delete: listedKey(space, id) },
    ...deleteCreator(space, id, attributes),
    ...deletionsOf(table, stored),
    orderSweep(table, `case#${id}`, [childPartition(place, 'comments'), childPartition(place, 'actions')]),
  ];
}
