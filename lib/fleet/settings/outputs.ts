import { BadRequest, Conflict, NotFound } from '../../errors/errors.ts';
import { deletionsOf } from '../../stores/large-documents.ts';
import { read, rows } from '../../stores/read.ts';
import { retryOnConflict } from '../../stores/retry-on-conflict.ts';
import { type Write, write } from '../../stores/write.ts';
import { type Defaults, defaultsOf, holdDefaults, isDefaultsRow, isTarget, readDefaults, table } from './defaults.ts';
import {
  forgetOutput,
  goneVersion,
  initialOutput,
  keyOf,
  outputOf,
  outputs,
  outputView,
  type StoredOutput,
} from './output-record.ts';
import { dropSecrets } from './output-secrets.ts';
import { type Actor, removeFromPolicies } from './policy-effects.ts';
import { recordIdOf } from './record-id.ts';

/**
 * Outputs: where agents send their data. They belong to no space; one is the default for data, one for monitoring. Access:
 * by id; all. `save-outputs.ts` creates and changes them.
 */

/** All outputs, the default first, the others in the order of their creation. */
export async function listOutputs() {
  const found: StoredOutput[] = [];
  let defaults: Defaults = { targets: outputs.initial, version: undefined };
  let hasInitialRow = false;
  for await (const row of rows({ table, pk: outputs.pk })) {
    if (isDefaultsRow(row)) {
      defaults = defaultsOf(outputs, row);
      continue;
    }
    hasInitialRow ||= row.sk === keyOf(initialOutput.recordId).sk;
    if (goneVersion(row) === undefined) found.push(await outputOf(row));
  }
  if (!hasInitialRow) found.push(initialOutput);
  const first = ({ recordId }: StoredOutput) => (isTarget(defaults, 'data', recordId) ? 0 : 1);
  return found
    .toSorted((one, other) => first(one) - first(other) || one.createdAt - other.createdAt)
    .map((each) => outputView(each, defaults));
}

/** One output. @throws NotFound */
export async function getOutput(id: string) {
  const [found, defaults] = await Promise.all([findOutput(id), readDefaults(outputs)]);
  return outputView(found, defaults);
}

/** The record of an output. @throws NotFound */
export async function findOutput(id: string): Promise<StoredOutput> {
  const recordId = recordIdOf(id);
  const row = await read(table, keyOf(recordId));
  if (row === undefined && recordId === initialOutput.recordId) return initialOutput;
  if (row === undefined || goneVersion(row) !== undefined) throw new NotFound(`Output ${id} not found`);
  return outputOf(row);
}

/**
 * Deletes an output; policies that used it fall back to the default.
 *
 * @throws NotFound; BadRequest for a default or preconfigured one; Conflict when others kept writing
 */
export async function deleteOutput(id: string, actor: Actor): Promise<void> {
  const step = async () => {
    const [was, defaults] = await Promise.all([findOutput(id), readDefaults(outputs)]);
    const refuse = (text: string) => {
      throw new BadRequest(text);
    };
    if (was.fields.is_preconfigured)
      refuse(`Preconfigured output ${id} cannot be deleted outside of kibana config file.`);
    if (isTarget(defaults, 'data', was.recordId)) refuse(`Default output ${id} cannot be deleted.`);
    if (isTarget(defaults, 'monitoring', was.recordId)) refuse(`Default monitoring output ${id} cannot be deleted.`);
    await removeFromPolicies(['data_output_id', 'monitoring_output_id'], id, actor, { alsoHosted: true });
    const secrets = await dropSecrets(was.recordId, was.fields.secrets);
    const parts = was.row === undefined ? [] : deletionsOf(table, was.row.document);
    await write(deletionOf(was), holdDefaults(outputs, defaults), ...parts, ...secrets, forgetOutput(was.recordId));
  };
  await retryOnConflict(step, { otherwise: () => conflict(recordIdOf(id)) });
}

/** The output that exists without a row leaves one behind that says that it is gone. */
function deletionOf({ recordId, row }: StoredOutput): Write {
  const address = keyOf(recordId);
  if (recordId !== initialOutput.recordId) {
    return { table, delete: address, ...(row !== undefined && { version: row.version }) };
  }
  const gone = { ...address, deleted: true };
  return row === undefined
    ? { table, create: { ...gone, version: 1 } }
    : { table, replace: { ...gone, version: row.version + 1 } };
}

/** What is thrown when an id is taken, or when others kept writing. */
export function conflict(recordId: string): Conflict {
  return new Conflict(`Saved object [ingest-outputs/${recordId}] conflict`);
}
