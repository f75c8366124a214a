import { BadRequest } from '../../errors/errors.ts';
import { read, readMany } from '../../stores/read.ts';
import { retryOnConflict } from '../../stores/retry-on-conflict.ts';
import { firstVersion } from '../../stores/versions.ts';
import { type Write, write } from '../../stores/write.ts';
import { type Defaults, isTarget, readDefaults, switchDefaults, type Targets, table } from './defaults.ts';
import { changed } from './output-changes.ts';
import {
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
import { conflict, findOutput } from './outputs.ts';
import { type Actor, bumpPolicies, elasticsearchUsers, pinToOutput } from './policy-effects.ts';
import { recordIdOf } from './record-id.ts';

/** Creating and changing outputs: apart from `outputs.ts`, for only this needs a parser of YAML. */

export type OutputActor = Actor & { newId: () => string };

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
 * Changes an output: what the body does not name stays, but for user and password of a body that only Kafka takes.
 *
 * @throws NotFound; BadRequest for what the rules forbid; Conflict when others kept writing
 */
export async function updateOutput(id: string, change: OutputChange, actor: OutputActor) {
  refuseDoubleSecrets(change);
  const step = async () => {
    const [was, defaults] = await Promise.all([findOutput(id), readDefaults(outputs)]);
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
