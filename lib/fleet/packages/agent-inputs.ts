import { isObject } from '../../json/merge.ts';
import type { DataStream, InputDefinition, PackageInfo, PolicyTemplate, Variable } from './package-model.ts';
import type { Values } from './template-engine.ts';

/** The inputs and streams that a package describes, each with the defaults of its variables. */

export type AgentStream = {
  id: string;
  title: string;
  description: string | undefined;
  /** Directory of the data stream; none for a package that is an input. */
  directory: string | undefined;
  templatePath: string;
  dataStream: { type: string; dataset: string; elasticsearch?: Record<string, unknown> };
  vars: readonly Variable[];
  values: Values;
};

export type AgentInput = {
  id: string;
  type: string;
  title: string | undefined;
  description: string | undefined;
  templatePath: string | undefined;
  vars: readonly Variable[];
  values: Values;
  streams: AgentStream[];
};

/** All inputs of a package, whatever its manifests enable. A later input of the same id takes the place of the earlier. */
export function agentInputs(info: PackageInfo): AgentInput[] {
  const inputs = new Map<string, AgentInput>();
  for (const template of info.policy_templates ?? []) {
    for (const input of inputsOf(template, info)) inputs.set(input.id, input);
  }
  return [...inputs.values()];
}

/** Defaults of variables: what has no value of its own; a list without one that means anything is empty. */
export function defaultsOf(vars: readonly Variable[] | undefined): Values {
  return Object.fromEntries(
    (vars ?? []).map(({ name, type, default: value, multi }) => [
      name,
      { type, value: !value && multi === true ? [] : value },
    ]),
  );
}

function inputsOf(template: PolicyTemplate, info: PackageInfo): AgentInput[] {
  const dataStreams = dataStreamsOf(template, info);
  return definitionsOf(template).map(({ type, title, description, template_path, vars = [] }) => ({
    id: `${template.name}-${type}`,
    type,
    title,
    description,
    templatePath: template_path,
    vars,
    values: defaultsOf(vars),
    streams: dataStreams.flatMap((each) => streamsOf(each, type, info)),
  }));
}

/** The inputs of a template; one that is an input has no other. */
function definitionsOf({ input, inputs = [], title, description }: PolicyTemplate): InputDefinition[] {
  return input === undefined ? inputs : [{ type: input, title, description }];
}

/** The data streams whose streams the inputs of a template may have. */
function dataStreamsOf({ input, data_streams: names = [] }: PolicyTemplate, info: PackageInfo): DataStream[] {
  const all = isInput(info)
    ? (info.policy_templates ?? []).flatMap((each) => dataStreamOf(each, info))
    : (info.data_streams ?? []);
  return input === undefined && names.length > 0 ? all.filter(({ path }) => names.includes(path)) : all;
}

const isInput = ({ type }: PackageInfo) => type === 'input';

function streamsOf(dataStream: DataStream, inputType: string, info: PackageInfo): AgentStream[] {
  const { type, dataset, elasticsearch, path } = dataStream;
  return (dataStream.streams ?? [])
    .filter(({ input }) => input === inputType)
    .map(({ title, description, template_path, vars = [] }) => ({
      id: `${inputType}-${dataset}`,
      title,
      description,
      directory: isInput(info) ? undefined : path,
      templatePath: template_path,
      dataStream: { dataset, type, ...elasticsearchOf(elasticsearch) },
      vars,
      values: defaultsOf(vars),
    }));
}

/** What an agent may do with the indices of a data stream; a package that asks for more does not get it. */
const PRIVILEGES = ['auto_configure', 'create_doc', 'maintenance', 'monitor', 'read', 'read_cross_cluster'];

function elasticsearchOf({ dynamic_dataset, dynamic_namespace, privileges }: DataStream['elasticsearch'] = {}) {
  const wanted: unknown[] = isObject(privileges) && Array.isArray(privileges.indices) ? privileges.indices : [];
  const indices = wanted.filter((each) => PRIVILEGES.some((allowed) => allowed === each));
  const elasticsearch = {
    ...(dynamic_dataset && { dynamic_dataset }),
    ...(dynamic_namespace && { dynamic_namespace }),
    ...(indices.length > 0 && { privileges: { indices } }),
  };
  return Object.keys(elasticsearch).length > 0 ? { elasticsearch } : {};
}

/** A package that is an input has one data stream for each template, whose dataset the user names. */
function dataStreamOf(template: PolicyTemplate, info: PackageInfo): DataStream[] {
  const { name, title, input, type = 'logs', template_path = 'stream.yml.hbs', vars = [] } = template;
  if (input === undefined) return [];
  const hasDataset = vars.some((each) => each.name === 'data_stream.dataset');
  const dataset = `${info.name}.${name}`;
  const datasetVariable: Variable = {
    name: 'data_stream.dataset',
    type: 'text',
    title: 'Dataset name',
    description: 'Name of the dataset that the data goes to.',
    default: name,
  };
  const stream = {
    input,
    title,
    description: title,
    template_path,
    vars: hasDataset ? vars : [...vars, datasetVariable],
  };
  const elasticsearch = { dynamic_dataset: true, dynamic_namespace: true };
  return [{ path: dataset, type, title, dataset, package: info.name, elasticsearch, streams: [stream] }];
}
