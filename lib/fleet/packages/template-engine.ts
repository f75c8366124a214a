import Handlebars from 'handlebars';
import { stringify } from 'yaml';
import { BadRequest } from '../../errors/errors.ts';
import { isObject, type JsonObject } from '../../json/merge.ts';
import { DuplicateKey, parseYaml } from '../yaml.ts';

/**
 * Agent templates: Handlebars that prints YAML. The text is a stranger's program; it runs in the worker of
 * `sandbox.ts`, with these helpers only and without access to prototypes.
 */
export type Value = { value: unknown; type: string };
export type Values = Record<string, Value>;

const engine = Handlebars.create();

type BlockOptions = { fn?: (context: unknown) => string };

/** Deeper than any template: the lines of a quoted text must stand inside the map around it. Reading drops the blanks. */
const INDENT = ' '.repeat(40);

/** A text inside single quotes of YAML, where only an empty line is a line break. */
const quotes = (text: string) => text.replaceAll("'", "''").replaceAll('\n', `\n\n${INDENT}`);

const helpers = {
  /** `{{#contains "item" list}}…{{/contains}}`, or inside an `if`; what is not there prints nothing, no `else` either. */
  contains(this: unknown, item: unknown, list: unknown, options: BlockOptions) {
    const isThere = Array.isArray(list) ? list.includes(item) : typeof list === 'string' && list.includes(String(item));
    if (!isThere) return '';
    return options.fn === undefined ? true : options.fn(this);
  },
  /** A YAML text in single quotes. */
  escape_string: (text: unknown) => (text ? `'${quotes(String(text))}'` : undefined),
  /** The same for a text that stands in quotes already. */
  escape_multiline_string: (text: unknown) => (text ? quotes(String(text)) : undefined),
  to_json: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
  url_encode: (text: unknown) =>
    encodeURIComponent(String(text)).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  /** In the place of the one that Handlebars brings along: a stranger writes into no log. */
  log: () => undefined,
};
engine.registerHelper(helpers);

/**
 * Renders a template with the values of variables, and reads the YAML that comes out.
 *
 * @throws BadRequest when the template does not compile, or prints no YAML map
 */
export function compileTemplate(values: Values, template: string): JsonObject {
  const { context, yamlValues } = contextOf(values);
  let rendered: string;
  try {
    const render = engine.compile(template, { noEscape: true });
    rendered = render(context, { allowProtoMethodsByDefault: false, allowProtoPropertiesByDefault: false });
  } catch (error) {
    throw failure(error);
  }
  const text = spliceAtRoot(rendered, yamlValues);
  const parsed = textToYaml(text);
  if (parsed === null || parsed === undefined) return {};
  if (!isObject(parsed)) throw new BadRequest('Error while compiling agent template: it does not print a YAML map');
  const kept = Object.entries(parsed).map(([name, value]) => [
    name,
    value === null && isBlank(context[name]) ? '' : value,
  ]);
  return Object.fromEntries(kept.map(([name, value]) => [name, splice(value, yamlValues)]));
}

function failure(error: unknown): BadRequest {
  const reason = error instanceof Error ? error.message : String(error);
  return new BadRequest(`Error while compiling agent template: ${reason}`, { cause: error });
}

/** @throws BadRequest with the parser's text */
function textToYaml(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    if (error instanceof DuplicateKey) {
      const message = `YAMLException: Duplicated key "${error.key}" found in agent policy yaml, please check your yaml variables.`;
      throw new BadRequest(message, { cause: error });
    }
    const indented = withQuotedLinesIndented(text);
    if (indented !== text) return textToYaml(indented);
    throw new BadRequest(error instanceof Error ? error.message : 'the template prints no YAML', { cause: error });
  }
}

const QUOTED = /(?<=^|[\s[{,])(?:"[^"\\]*(?:\\.[^"\\]*)*"|'[^']*(?:''[^']*)*')/gs;

/** Texts in quotes whose further lines begin too far to the left for the parser: `"{{x}}"` prints them where `x` has some. */
function withQuotedLinesIndented(text: string): string {
  return text.replaceAll(QUOTED, (quoted) => quoted.replaceAll(/\n[ \t]*/g, `\n${INDENT}`));
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

/** Variables as the template sees them: dotted names nested, YAML ones as marks that are replaced in what it prints. */
function contextOf(values: Values): { context: JsonObject; yamlValues: Map<string, unknown> } {
  const context: JsonObject = {};
  const yamlValues = new Map<string, unknown>();
  for (const [name, { value, type }] of Object.entries(values)) {
    const parts = name.split('.');
    const last = parts.pop() ?? '';
    if ([...parts, last].some((part) => part === '' || FORBIDDEN.includes(part))) {
      throw new BadRequest(`Error while compiling agent template: Invalid key ${name}`);
    }
    let place = context;
    for (const part of parts) {
      const inner = place[part];
      const next = isObject(inner) ? inner : {};
      place[part] = next;
      place = next;
    }
    const mark = `##${name}##`;
    if (type === 'yaml') yamlValues.set(mark, value ? textToYaml(String(value)) : null);
    place[last] = type !== 'yaml' ? value : value ? `"${mark}"` : null;
  }
  return { context, yamlValues };
}

/** Marks at the beginning of a line become YAML text: their keys join the map around them. */
function spliceAtRoot(text: string, yamlValues: ReadonlyMap<string, unknown>): string {
  let spliced = text;
  for (const [mark, value] of yamlValues) {
    const quoted = `"${mark}"`;
    const yaml = value === null || value === undefined ? '' : stringify(value);
    spliced = spliced
      .split('\n')
      .map((line) => (line.startsWith(quoted) ? yaml + line.slice(quoted.length) : line))
      .join('\n');
  }
  return spliced;
}

/** Marks elsewhere become the value itself. */
function splice(value: unknown, yamlValues: ReadonlyMap<string, unknown>): unknown {
  if (yamlValues.size === 0) return value;
  if (Array.isArray(value)) return value.map((each) => splice(each, yamlValues));
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, splice(inner, yamlValues)]));
  }
  return typeof value === 'string' && yamlValues.has(value) ? yamlValues.get(value) : value;
}
