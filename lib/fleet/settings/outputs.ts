import { BadRequest, Conflict, NotFound } from '../../errors/errors.ts';
import { deletionsOf } from '../../stores/large-documents.ts';
import { read, readMany, rows } from '../../stores/read.ts';
import { retryOnConflict } from '../../stores/retry-on-conflict.ts';
import { firstVersion } from '../../stores/versions.ts';
import { type Write, write } from '../../stores/write.ts';
import {
  type Defaults,
  defaultsOf,
  holdDefaults,
  isDefaultsRow,
  isTarget,
  readDefaults,
  switchDefaults,
  type Targets,
  table,
} from './defaults.ts';
import { changed } from './output-changes.ts';
import {
  forgetOutput,
  goneVersion,
  idOf,
  initialOutput,
  keyOf,
  type OutputFields,
  outputOf,
  outputs,
  outputView,
  packOutput,
  type StoredOutput,
} from './output-record.ts';
import { checkPreset, defaultPreset, kafkaDefaults, normalizeHosts, refuseDoubleSecrets } from './output-rules.ts';
import type { NewOutput, OutputChange } from './output-schemas.ts';
import { dropSecrets, keepSecrets, secretsAfter } from './output-secrets.ts';
import { type Actor, bumpPolicies, elasticsearchUsers, pinToOutput, removeFromPolicies } from './policy-effects.ts';
import { recordIdOf } from './record-id.ts';

/**
 * Outputs: where agents send their data. They belong to no space; one is the default for data, one for monitoring. Access:
 * by id; all.
 */
export type OutputActor = Actor & { newId: () => string };

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
  const [found, defaults] = await Promise.all([find(id), readDefaults(outputs)]);
  return outputView(found, defaults);
}

async function find(id: string): Promise<StoredOutput> {
  const recordId = recordIdOf(id);
  const row = await read(table, keyOf(recordId));
  if (row === undefined && recordId === initialOutput.recordId) return initialOutput;
  if (row === undefined || goneVersion(row) !== undefined) throw new NotFound(`Output ${id} not found`);
  return outputOf(row);
}

/**
 * Creates an output.
 *
 * @throws BadRequest for what the rules of its type forbid, Conflict when the id is taken
 */
export async function createOutput(input: NewOutput, actor: OutputActor) {
  const { id: given, is_default, is_default_monitoring, secrets: _, ...sent } = { secrets: undefined, ...input };
  refuseDoubleSecrets(input);
  checkPreset(input.type, 'preset' in input ? input.preset : undefined, input.config_yaml);
  const recordId = given ? recordIdOf(given) : actor.newId();
  const { references, writes } = await keepSecrets(
    'secrets' in input ? input.secrets : undefined,
    recordId,
    actor.newId,
  );
  const isElasticsearch = input.type === 'elasticsearch';
  const { ssl, ...plain } = sent;
  const created: OutputFields = {
    ...(given && { output_id: given }),
    ...plain,
    hosts: normalizeHosts(input.type, input.hosts),
    ...(isElasticsearch && { preset: input.preset ?? defaultPreset(input.config_yaml) }),
    ...(input.type === 'kafka' && kafkaDefaults(input)),
    ...(ssl && { ssl }),
    ...(references !== undefined && { secrets: references }),
  };
  const stored: StoredOutput = { recordId, fields: created, createdAt: actor.now.getTime(), row: undefined };
  const defaults = await storeNew(stored, targetsOf(recordId, { is_default, is_default_monitoring }), writes, actor);
  if (is_default || is_default_monitoring) await bumpPolicies(actor);
  return outputView(stored, defaults);
}

type Flags = { is_default?: boolean | undefined; is_default_monitoring?: boolean | undefined };

function targetsOf(recordId: string, { is_default, is_default_monitoring }: Flags): Targets {
  return { ...(is_default && { data: recordId }), ...(is_default_monitoring && { monitoring: recordId }) };
}

function conflict(recordId: string): Conflict {
  return new Conflict(`Saved object [ingest-outputs/${recordId}] conflict`);
}

async function storeNew(stored: StoredOutput, targets: Targets, secrets: Write[], actor: Actor): Promise<Defaults> {
  const { recordId } = stored;
  const taken = () => conflict(recordId);
  const standing = await read(table, keyOf(recordId));
  const gone = goneVersion(standing);
  const isTaken = standing === undefined ? recordId === initialOutput.recordId : gone === undefined;
  // Refused before a switch of the default changes any policy.
  if (isTaken) throw taken();
  const { next, beside } = await packOutput(stored, gone === undefined ? firstVersion(actor.now) : gone + 1);
  const record: Write = gone === undefined ? { table, create: next } : { table, replace: next };
  const step = async () => {
    const defaults = await readDefaults(outputs);
    const switched = await prepareSwitch(stored, defaults, targets, actor);
    await write(record, ...switched, ...beside, ...secrets);
    return { ...defaults, targets: { ...defaults.targets, ...targets } };
  };
  return retryOnConflict(step, { when: ({ index }) => index > 0, otherwise: taken });
}

/**
 * The write that makes an output the default, if it is to be one. What works with Elasticsearch only keeps the default
 * from before when the new one is something else.
 *
 * @throws BadRequest when the default from before must stay
 */
async function prepareSwitch(next: StoredOutput, defaults: Defaults, targets: Targets, actor: Actor): Promise<Write[]> {
  const roles = Object.keys(targets).filter((role) => !isTarget(defaults, role, next.recordId));
  if (roles.length === 0) return [];
  const old = await readAll(roles.map((role) => defaults.targets[role] ?? ''));
  roles.forEach((role, index) => {
    const field = role === 'data' ? 'is_default' : 'is_default_monitoring';
    const output = old[index];
    if (output?.fields.is_preconfigured && !output.fields.allow_edit?.includes(field)) {
      throw new BadRequest(
        `Preconfigured output ${idOf(output)} ${field} cannot be updated outside of kibana config file.`,
      );
    }
  });
  const before = roles[0] === 'data' ? old[0] : undefined;
  if (before !== undefined && next.fields.type !== 'elasticsearch') {
    await pinToOutput(await elasticsearchUsers(), idOf(before), actor);
  }
  return [switchDefaults(outputs, defaults, targets)];
}

async function readAll(recordIds: readonly string[]): Promise<(StoredOutput | undefined)[]> {
  const found = await readMany(table, recordIds.map(keyOf));
  return Promise.all(
    found.map((row, index) => {
      if (row === undefined) return recordIds[index] === initialOutput.recordId ? initialOutput : undefined;
      return goneVersion(row) === undefined ? outputOf(row) : undefined;
    }),
  );
}

/**
 * Changes an output: what the body does not name stays.
 *
 * @throws NotFound; BadRequest for what the rules forbid; Conflict when others kept writing
 */
export async function updateOutput(id: string, change: OutputChange, actor: OutputActor) {
  refuseDoubleSecrets(change);
  const step = async () => {
    const [was, defaults] = await Promise.all([find(id), readDefaults(outputs)]);
    const fields = await changed(id, was, defaults, change);
    const { references, writes } = await keepSecrets(
      secretsAfter(was.fields, change, fields.type),
      was.recordId,
      actor.newId,
    );
    const { secrets: _, ...others } = fields;
    const next: StoredOutput = {
      ...was,
      fields: { ...others, ...(references !== undefined && { secrets: references }) },
    };
    const version = was.row === undefined ? firstVersion(actor.now) : was.row.version + 1;
    const { next: row, beside } = await packOutput(next, version);
    const targets = targetsOf(was.recordId, change);
    const switched = await prepareSwitch(next, defaults, targets, actor);
    const dropped = await dropSecrets(was.recordId, was.fields.secrets, references);
    const record: Write = was.row === undefined ? { table, create: row } : { table, replace: row };
    await write(record, ...switched, ...beside, ...writes, ...dropped);
    return {
      view: outputView(next, { ...defaults, targets: { ...defaults.targets, ...targets } }),
      concernsAll: switched.length > 0 || isDefault(was, defaults),
    };
  };
  const { view, concernsAll } = await retryOnConflict(step, { otherwise: () => conflict(recordIdOf(id)) });
  await bumpPolicies(actor, concernsAll ? undefined : id);
  return view;
}

function isDefault({ recordId }: StoredOutput, defaults: Defaults): boolean {
  return isTarget(defaults, 'data', recordId) || isTarget(defaults, 'monitoring', recordId);
}

/**
 * Deletes an output; policies that used it fall back to the default.
 *
 * @throws NotFound; BadRequest for a default or preconfigured one; Conflict when others kept writing
 */
export async function deleteOutput(id: string, actor: Actor): Promise<void> {
  const step = async () => {
    const [was, defaults] = await Promise.all([find(id), readDefaults(outputs)]);
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
