import { NotFound } from '../../errors/errors.ts';
import { type AgentInput, type AgentStream, agentInputs, defaultsOf } from './agent-inputs.ts';
import { commentedYaml, type Printed, placeholderOf } from './commented-yaml.ts';
import type { PackageContent, Variable } from './package-model.ts';
import { compileTemplate, type Values } from './template-engine.ts';

export type TemplateFormat = 'json' | 'yaml';

/**
 * The `inputs` section of a standalone agent's policy, made of a package: all its inputs and streams with the defaults of
 * their variables. Runs a stranger's templates: call it through `renderInputsTemplate`.
 *
 * @throws NotFound when a template's file is missing, BadRequest when one does not compile
 */
export function inputsTemplate(content: PackageContent, format: TemplateFormat): string {
  const packageValues = defaultsOf(content.info.vars);
  const printed = agentInputs(content.info).map((input): Printed => {
    const filled = format === 'yaml' ? withPlaceholders(input) : input;
    return { input, compiled: compileInput(content, filled, packageValues) };
  });
  return format === 'yaml'
    ? commentedYaml(printed)
    : JSON.stringify({ inputs: printed.map(({ compiled }) => compiled) });
}

function compileInput(content: PackageContent, input: AgentInput, packageValues: Values): Record<string, unknown> {
  const values = { ...packageValues, ...input.values };
  const { id, type, templatePath, streams } = input;
  return {
    id,
    type,
    ...(templatePath !== undefined && compileTemplate(values, inputTemplateOf(content, templatePath))),
    ...(streams.length > 0 && { streams: streams.map((stream) => compileStream(content, stream, values)) }),
  };
}

function compileStream(content: PackageContent, stream: AgentStream, inputValues: Values): Record<string, unknown> {
  const { id, dataStream, values } = stream;
  return {
    id,
    data_stream: dataStream,
    ...compileTemplate({ ...inputValues, ...values }, streamTemplateOf(content, stream)),
  };
}

function inputTemplateOf({ info: { name, version }, templates }: PackageContent, path: string): string {
  const template = templateAt(templates, `${name}-${version}/agent/input/${path}`);
  if (template !== undefined) return template;
  throw new NotFound(`Unable to load input template at /agent/input/${path}`);
}

function streamTemplateOf({ info: { name, version }, templates }: PackageContent, stream: AgentStream): string {
  const { directory, templatePath, dataStream } = stream;
  const folder = directory === undefined ? 'agent/input/' : `data_stream/${directory}/`;
  const prefix = `${name}-${version}/${folder}`;
  const path = Object.keys(templates).find((each) => each.startsWith(prefix) && each.endsWith(templatePath));
  const template = path === undefined ? undefined : templateAt(templates, path);
  if (template !== undefined) return template;
  throw new NotFound(`Unable to load stream template ${templatePath} for dataset ${dataStream.dataset}`);
}

function templateAt(templates: Record<string, string>, path: string): string | undefined {
  return Object.hasOwn(templates, path) ? templates[path] : undefined;
}

function withPlaceholders(input: AgentInput): AgentInput {
  return {
    ...input,
    values: filled(input.vars, input.values),
    streams: input.streams.map((stream) => ({ ...stream, values: filled(stream.vars, stream.values) })),
  };
}

/** `<NAME>` where a variable has no value, so that its place in the template can be seen. */
function filled(vars: readonly Variable[], values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, { value, type }]) => {
      const variable = vars.find((each) => each.name === name);
      if (variable === undefined || type === 'yaml') return [name, { value, type }];
      const placeholder = placeholderOf(variable);
      const isEmptyList = Array.isArray(value) && value.length === 0 && type === 'text';
      return [name, { type, value: isEmptyList ? [placeholder] : value || placeholder }];
    }),
  );
}
