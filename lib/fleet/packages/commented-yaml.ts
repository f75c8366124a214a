import { Document, isMap, isScalar, isSeq, type Node, type Pair, visit, YAMLMap, YAMLSeq } from 'yaml';
import type { AgentInput } from './agent-inputs.ts';
import type { Variable } from './package-model.ts';

/** Keys that come first; the others stay in their order. */
const FIRST = [
  'id',
  'name',
  'revision',
  'dataset',
  'type',
  'outputs',
  'fleet',
  'output_permissions',
  'agent',
  'inputs',
  'enabled',
  'use_output',
  'meta',
  'input',
  'download',
  'signed',
];

/** What stands for the value of a variable that has none. */
export function placeholderOf({ name }: Variable): string {
  return `<${name.toUpperCase()}>`;
}

/** Where the ids of the printed inputs and streams come from, in their order: templates may print ids of their own. */
export type Printed = { input: AgentInput; compiled: Record<string, unknown> };

/**
 * Inputs as YAML for people: each input and stream says what it is, and what only has a placeholder stands in a comment.
 */
export function commentedYaml(printed: readonly Printed[]): string {
  const document = new Document(
    { inputs: printed.map(({ compiled }) => compiled) },
    { sortMapEntries: byRank, aliasDuplicateObjects: false },
  );
  const inputs = document.get('inputs');
  if (isSeq(inputs)) {
    inputs.items.forEach((item, index) => {
      const input = printed[index]?.input;
      if (!isMap(item) || input === undefined) return;
      item.commentBefore = ` ${labelOf(input)}`;
      commentPlaceholders(item, input.vars);
      const streams = item.get('streams');
      if (!isSeq(streams)) return;
      streams.items.forEach((each, position) => {
        const stream = input.streams[position];
        if (!isMap(each) || stream === undefined) return;
        each.commentBefore = ` ${labelOf(stream)}`;
        commentPlaceholders(each, stream.vars);
      });
    });
  }
  return document.toString({ singleQuote: true });
}

function byRank(one: Pair, other: Pair): number {
  return rankOf(one) - rankOf(other);
}

function rankOf({ key }: Pair): number {
  const rank = FIRST.indexOf(String(isScalar(key) ? key.value : key));
  return rank === -1 ? FIRST.length : rank;
}

function labelOf({ title, description }: { title?: string | undefined; description?: string | undefined }): string {
  return `${title ?? ''}${description ? `: ${description}` : ''}`;
}

/** Takes entries with a placeholder out of a map and leaves them as comments. */
function commentPlaceholders(root: YAMLMap, vars: readonly Variable[]): void {
  const entries: { container: YAMLMap | YAMLSeq; entry: unknown }[] = [];
  visit(root, {
    Scalar: (position, node, path) => {
      if (position === 'key' || typeof node.value !== 'string') return;
      const text = node.value;
      const variable = vars.find((each) => text.includes(placeholderOf(each)));
      if (variable === undefined) return;
      node.comment = ` ${labelOf(variable)}`;
      const found = entryAround(node, path);
      if (found !== undefined && entries.every(({ entry }) => entry !== found.entry)) entries.push(found);
    },
  });
  for (const { container, entry } of entries) {
    const comment = textOf(container, entry);
    container.comment = container.comment ? `${container.comment}\n ${comment}` : ` ${comment}`;
    if (isMap(container)) container.items = container.items.filter((item) => item !== entry);
    else container.items = container.items.filter((item) => item !== entry);
  }
}

/** The entry of the nearest collection that has others besides: a collection is not left empty. */
function entryAround(node: Node, path: readonly unknown[]) {
  let entry: unknown = node;
  for (const around of path.toReversed()) {
    if ((isMap(around) || isSeq(around)) && around.items.length > 1) return { container: around, entry };
    entry = around;
  }
  return undefined;
}

function textOf(container: YAMLMap | YAMLSeq, entry: unknown): string {
  const alone = isMap(container) ? new YAMLMap() : new YAMLSeq();
  Object.assign(alone, { items: [entry] });
  return new Document(alone).toString({ singleQuote: true }).trimEnd();
}
