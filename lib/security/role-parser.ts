import { ElasticsearchError } from '../errors/errors.ts';
import { type RoleDescriptor, roleDescriptor } from './role-descriptor.ts';

/** Keys of a role descriptor in Elasticsearch's API that have no meaning here: accepted, not kept. */
const IGNORED = ['transient_metadata', 'global', 'restriction', 'workflows'];

/** Reads role descriptors by name, as Elasticsearch's API has them (`names` and `privileges` may be single texts). */
export function readDescriptors(descriptors: Record<string, unknown>): Record<string, RoleDescriptor> {
  return Object.fromEntries(Object.entries(descriptors).map(([name, value]) => [name, readDescriptor(name, value)]));
}

function readDescriptor(name: string, value: unknown): RoleDescriptor {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw parseException(`failed to parse role [${name}]. expected an object but found another type instead`);
  }
  const fields = new Map(Object.entries(value));
  for (const field of IGNORED) fields.delete(field);
  // `index` is the older name of `indices`.
  if (fields.has('index')) fields.set('indices', fields.get('index'));
  fields.delete('index');
  const known = Object.keys(roleDescriptor.shape);
  const unknown = [...fields.keys()].find((field) => !known.includes(field));
  if (unknown !== undefined) throw parseException(`failed to parse role [${name}]. unexpected field [${unknown}]`);
  fields.set('indices', entriesOf(fields.get('indices')));
  const parsed = roleDescriptor.safeParse(Object.fromEntries(fields));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw parseException(`failed to parse role [${name}]. ${issue?.path.join('.')}: ${issue?.message}`);
}

function entriesOf(indices: unknown): unknown {
  if (!Array.isArray(indices)) return indices;
  return indices.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return entry;
    const fields = new Map(Object.entries(entry));
    for (const list of ['names', 'privileges']) {
      const text = fields.get(list);
      if (typeof text === 'string') fields.set(list, [text]);
    }
    const query = fields.get('query');
    if (typeof query === 'object' && query !== null) fields.set('query', JSON.stringify(query));
    if (query === null || query === '') fields.delete('query');
    return Object.fromEntries(fields);
  });
}

function parseException(reason: string): ElasticsearchError {
  return new ElasticsearchError(400, 'parse_exception', reason);
}
