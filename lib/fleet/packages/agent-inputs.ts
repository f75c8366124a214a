import type { DataStream, PackageInfo, PolicyTemplate, Variable } from './package-model.ts';
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
  if (template.input !== undefined) return [inputOfTemplate(template, template.input, info)];
  const isWanted = ({ path }: DataStream) => !template.data_streams?.length || template.data_streams.includes(path);
  const dataStreams = (info.data_streams ?? []).filter(isWanted);
  return (template.inputs ?? []).map(({ type, title, description, template_path, vars = [] }) => ({
    id: `${template.name}-${type}`,
    type,
    title,
    description,
    templatePath: template_path,
    vars,
    values: defaultsOf(vars),
    streams: dataStreams.flatMap((each) => streamsOf(each, type)),
  }));
}

function streamsOf(dataStream: DataStream, inputType: string): AgentStream[] {
  const { type, dataset, elasticsearch, path } = dataStream;
  return (dataStream.streams ?? [])
    .filter(({ input }) => input === inputType)
    .map(({ title, description, template_path, vars = [] }) => ({
      id: `${inputType}-${dataset}`,
      title,
      description,
      directory: path,
      templatePath: template_path,
      dataStream: { dataset, type, ...elasticsearchOf(elasticsearch) },
      vars,
      values: defaultsOf(vars),
    }));
}

function elasticsearchOf({ dynamic_dataset, dynamic_namespace, privileges }: Record<string, unknown> = {}) {
  const elasticsearch = {
    ...(dynamic_dataset !== undefined && { dynamic_dataset }),
    ...(dynamic_namespace !== undefined && { dynamic_namespace }),
    ...(privileges !== undefined && { privileges }),
  };
  return Object.keys(elasticsearch).length > 0 ? { elasticsearch } : {};
}

/** A package that is an input has one data stream for each template, whose dataset the user names. */
function inputOfTemplate(template: PolicyTemplate, type: string, info: PackageInfo): AgentInput {
  const { name, title, description, vars = [] } = template;
  const hasDataset = vars.some((each) => each.name === 'data_stream.dataset');
  const dataset = `${info.name}.${name}`;
  const datasetVariable: Variable = {
    name: 'data_stream.dataset',
    type: 'text',
    title: 'Dataset name',
    description: 'Name of the dataset that the data goes to.',
    default: name,
  };
  const all = hasDataset ? vars : [...vars, datasetVariable];
  const elasticsearch = { dynamic_dataset: true, dynamic_namespace: true };
  return {
    id: `${name}-${type}`,
    type,
    title,
    description,
    templatePath: undefined,
    vars: [],
    values: {},
    streams: [
      {
        id: `${type}-${dataset}`,
        title,
        description: title,
        directory: undefined,
        templatePath: template.template_path ?? 'stream.yml.hbs',
        dataStream: { dataset, type: template.type ?? 'logs', elasticsearch },
        vars: all,
        values: defaultsOf(all),
      },
    ],
  };
}
