import { isAnything, type KqlField, type KqlNode, type KqlValue } from './node.ts';
import { type Fields, isFields, leavesOf, valuesAt } from './record-values.ts';
import { equalityTest, rangeTest, type ScalarType, type ValueTest } from './value-tests.ts';
import { wildcard } from './wildcard.ts';

/**
 * How fields compare, by full dotted name. A field that is not listed is judged by its values: numbers and booleans as
 * such, strings as keywords (whole value, case-sensitive; in a range two ISO dates have the order of time). What lies
 * under a `nested` field is found through `path:{ … }` only. `name.keyword` of a text field `name` is its whole value.
 */
export type FieldTypes = Readonly<Record<string, ScalarType | 'nested'>>;

type RecordTest = (record: Fields) => boolean;
type Scope = { types: ReadonlyMap<string, ScalarType | 'nested'>; now: Date; prefix: string };

/**
 * The filter a KQL tree stands for, over plain JSON records; `now` is what date math counts from. A field that a record
 * does not have satisfies nothing, and a value that does not suit its field's type equals nothing. Throws
 * `ElasticsearchError` (400) for the bare value `null`, which Elasticsearch cannot look for.
 */
export function kqlFilter(node: KqlNode, now: Date, fields: FieldTypes = {}): RecordTest {
  return compile(node, { types: new Map(Object.entries(fields)), now, prefix: '' });
}

function compile(node: KqlNode, scope: Scope): RecordTest {
  switch (node.type) {
    case 'all':
      return () => true;
    case 'and': {
      const tests = node.clauses.map((clause) => compile(clause, scope));
      return (record) => tests.every((test) => test(record));
    }
    case 'or': {
      const tests = node.clauses.map((clause) => compile(clause, scope));
      return (record) => tests.some((test) => test(record));
    }
    case 'not': {
      const test = compile(node.clause, scope);
      return (record) => !test(record);
    }
    case 'is':
      return isTest(node.field, node.value, scope);
    case 'range':
      return fieldTest(node.field, rangeTest(node.operator, node.bound, scope.now), scope);
    case 'nested':
      return nestedTest(node.path, node.clause, scope);
    case 'free-text':
      return freeTextTest(node.value, scope);
  }
}

function isTest(field: KqlField, value: KqlValue, scope: Scope): RecordTest {
  if (!isAnything(value)) return fieldTest(field, equalityTest(value, scope.now, 'match'), scope);
  if (field.wildcard && /^\*+$/.test(field.name)) return () => true;
  return fieldTest(field, () => true, scope, hasLeaf);
}

/** `testObject` answers for an object at the path; most clauses find nothing in one. */
function fieldTest(field: KqlField, test: ValueTest, scope: Scope, testObject: RecordTest = () => false): RecordTest {
  if (field.wildcard) {
    const matchesName = wildcard(field.name.split('*'));
    return (record) => someLeaf(record, scope, (path, value, type) => matchesName(path) && test(value, type));
  }
  const { path, type } = storedField(field.name, scope);
  if (type === 'nested' || isInsideNested(path, scope)) return () => false;
  return (record) =>
    valuesAt(record, path).some((value) => {
      if (isFields(value)) return testObject(value);
      return value !== null && value !== undefined && test(value, type);
    });
}

function hasLeaf(record: Fields): boolean {
  return leavesOf(record).next().done === false;
}

type StoredField = { path: string; type: ScalarType | 'nested' | undefined };

function storedField(name: string, { types, prefix }: Scope): StoredField {
  const type = types.get(prefix + name);
  const parent = name.slice(0, -'.keyword'.length);
  if (type === undefined && name.endsWith('.keyword') && types.get(prefix + parent) === 'text') {
    return { path: parent, type: 'keyword' };
  }
  return { path: name, type };
}

function nestedTest(path: string, clause: KqlNode, scope: Scope): RecordTest {
  const test = compile(clause, { ...scope, prefix: `${scope.prefix}${path}.` });
  if (isInsideNested(path, scope)) return () => false;
  return (record) => valuesAt(record, path).some((element) => isFields(element) && test(element));
}

function freeTextTest(value: KqlValue, scope: Scope): RecordTest {
  if (isAnything(value)) return () => true;
  const test = equalityTest(value, scope.now, 'multi_match');
  return (record) =>
    someLeaf(record, scope, (_path, leaf, type = 'keyword') => {
      return typeof leaf === 'string' && (type === 'keyword' || type === 'text') && test(leaf, type);
    });
}

type LeafTest = (path: string, value: unknown, type: ScalarType | undefined) => boolean;

function someLeaf(record: Fields, scope: Scope, test: LeafTest): boolean {
  for (const { path, value } of leavesOf(record)) {
    const type = scope.types.get(scope.prefix + path);
    if (type !== 'nested' && !isInsideNested(path, scope) && test(path, value, type)) return true;
  }
  return false;
}

function isInsideNested(path: string, { types, prefix }: Scope): boolean {
  for (const [name, type] of types) {
    if (type !== 'nested' || name.length <= prefix.length) continue;
    if (`${prefix}${path}`.startsWith(`${name}.`)) return true;
  }
  return false;
}
