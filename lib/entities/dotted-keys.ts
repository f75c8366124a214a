import { isObject, type JsonObject } from '../json/merge.ts';

/** Levels that a body may have once its dotted keys are paths; no field of an entity lies deeper than eight. */
const MAX_LEVELS = 50;

/** Keys that a body may have in all: far more than an index of Elasticsearch takes, few enough to be told of. */
const MAX_KEYS = 10_000;

type Tree = Map<string, unknown>;

export type Expanded = { value: unknown; problem?: undefined } | { value?: undefined; problem: string };

/**
 * Makes paths of dotted keys, at every level: `{'a.b': 1, a: {c: 2}}` is `{a: {b: 1, c: 2}}`. What comes later wins over
 * what stands at the same path. Arrays are values; other than objects nothing is changed, but bytes count as no body. `problem`: what is wrong with
 * the keys, for the client.
 */
export function expandDottedKeys(value: unknown): Expanded {
  if (value instanceof Uint8Array) return { value: null };
  if (!isObject(value)) return { value };
  const tree: Tree = new Map();
  const problem = insert(tree, value, 0, { keys: 0 });
  return problem === undefined ? { value: objectOf(tree) } : { problem };
}

/** Puts the content of an object into a tree; returns what is wrong with its keys. */
function insert(into: Tree, content: JsonObject, level: number, seen: { keys: number }): string | undefined {
  for (const [key, value] of Object.entries(content)) {
    seen.keys += 1;
    if (seen.keys > MAX_KEYS) return `A document has more than ${MAX_KEYS} keys`;
    const names = key.split('.', MAX_LEVELS + 1);
    if (level + names.length > MAX_LEVELS) return `An object is nested deeper than ${MAX_LEVELS} levels`;
    // As a key it is harmless here, but not to everybody who merges the document later.
    if (names.includes('__proto__')) return 'A key must not contain __proto__';
    const last = names.pop() ?? '';
    const parent = names.reduce(treeAt, into);
    if (!isObject(value)) {
      parent.set(last, value);
      continue;
    }
    const problem = insert(treeAt(parent, last), value, level + names.length + 1, seen);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The tree under a name; whatever else stands there gives way. */
function treeAt(parent: Tree, name: string): Tree {
  const found = parent.get(name);
  if (found instanceof Map) return found;
  const tree: Tree = new Map();
  parent.set(name, tree);
  return tree;
}

function objectOf(tree: Tree): JsonObject {
  return Object.fromEntries(
    Array.from(tree, ([name, value]) => [name, value instanceof Map ? objectOf(value) : value]),
  );
}

/** The value of every leaf by its dotted path, in the order of the document; arrays and empty objects are leaves. */
export function* leavesIn(document: JsonObject, prefix = ''): Generator<{ path: string; value: unknown }> {
  for (const [name, value] of Object.entries(document)) {
    const path = prefix + name;
    if (isObject(value) && Object.keys(value).length > 0) yield* leavesIn(value, `${path}.`);
    else yield { path, value };
  }
}

/** What stands at a dotted path of a document whose keys have no dots. */
export function valueAt(document: JsonObject, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), document);
}

/** The document that a body which has passed validation holds, in the order in which it was sent. */
export function documentIn(body: unknown): JsonObject {
  const { value, problem } = expandDottedKeys(body);
  if (problem !== undefined || !isObject(value)) throw new Error('the body has not passed validation');
  return value;
}
