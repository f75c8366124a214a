import { isDeepStrictEqual } from 'node:util';
import { BadRequest } from '../../errors/errors.ts';
import type { Defaults } from './defaults.ts';
import { type OutputFields, outputView, type StoredOutput } from './output-record.ts';
import { afterTypeChange, checkPreset, decidedByType, normalizeHosts } from './output-rules.ts';
import type { OutputChange } from './output-schemas.ts';
import { elasticsearchUsers } from './policy-effects.ts';

/** The fields of an output after a change, but for its secrets. @throws BadRequest when the change is not allowed */
export async function changed(
  id: string,
  was: StoredOutput,
  defaults: Defaults,
  change: OutputChange,
): Promise<OutputFields> {
  const view = outputView(was, defaults);
  refusePreconfigured(id, view, change);
  if (
    (view.is_default && change.is_default === false) ||
    (view.is_default_monitoring && change.is_default_monitoring === false)
  ) {
    throw new BadRequest(
      `Default output ${id} cannot be set to is_default=false or is_default_monitoring=false manually. Make another output the default first.`,
    );
  }
  const { id: _, is_default, is_default_monitoring, secrets: _secrets, ...sent } = { secrets: undefined, ...change };
  const type = change.type ?? was.fields.type;
  checkPreset(type, 'preset' in change ? change.preset : undefined, change.config_yaml);
  if (type !== was.fields.type && was.fields.type === 'elasticsearch')
    await refuseLosingElasticsearch(id, type, view.is_default);
  const given = type === was.fields.type ? sent : afterTypeChange(was.fields.type, sent, type);
  const { hosts, ...others } = { ...given, ...decidedByType(change) };
  return {
    ...was.fields,
    ...others,
    type,
    name: change.name ?? was.fields.name,
    // Hosts from before stay as they are: those of another type are no URLs.
    ...(hosts !== undefined && { hosts: normalizeHosts(type, hosts) }),
  };
}

/** @throws BadRequest naming the first field of a preconfigured output that must not change */
function refusePreconfigured(id: string, view: Record<string, unknown>, change: OutputChange): void {
  if (view.is_preconfigured !== true) return;
  const allowed: unknown[] = Array.isArray(view.allow_edit) ? view.allow_edit : [];
  for (const [field, value] of Object.entries(change)) {
    const isSame = (!view[field] && !value) || isDeepStrictEqual(view[field], value);
    if (isSame || allowed.includes(field)) continue;
    throw new BadRequest(`Preconfigured output ${id} ${field} cannot be updated outside of kibana config file.`);
  }
}

/** @throws BadRequest when a policy that works with Elasticsearch only uses the output */
async function refuseLosingElasticsearch(id: string, type: string, isDefaultOutput: boolean): Promise<void> {
  for (const { policy, integration } of await elasticsearchUsers()) {
    const used = policy.data_output_id ? policy.data_output_id === id : isDefaultOutput;
    if (!used) continue;
    const label = `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
    throw new BadRequest(
      `${label} output cannot be used with ${integration} integration in ${policy.name}. Please create a new Elasticsearch output.`,
    );
  }
}
