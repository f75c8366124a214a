/** A value as it was written: bare text, a quoted phrase, text with wildcards, or one of the words with a meaning. */
export type KqlValue =
  | { kind: 'text'; text: string; quoted: boolean }
  /** The pieces of text between the wildcards: `a*b` is `['a', 'b']`. */
  | { kind: 'wildcard'; pieces: readonly string[] }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' };

/** In a wildcard field every `*` of the name stands for any text. */
export type KqlField = { name: string; wildcard: boolean };

export type RangeOperator = '<' | '<=' | '>' | '>=';

export type KqlNode =
  /** Blank text: every record. */
  | { type: 'all' }
  | { type: 'and' | 'or'; clauses: readonly KqlNode[] }
  | { type: 'not'; clause: KqlNode }
  | { type: 'is'; field: KqlField; value: KqlValue }
  | { type: 'range'; field: KqlField; operator: RangeOperator; bound: KqlValue }
  /** `path:{ clause }`: one and the same element. Field names in the clause are relative to the path. */
  | { type: 'nested'; path: string; clause: KqlNode }
  /** A value without a field. */
  | { type: 'free-text'; value: KqlValue };

/** Whether there is nothing but wildcards: `*` asks for any value. */
export function isAnything(value: KqlValue): boolean {
  return value.kind === 'wildcard' && value.pieces.every((piece) => piece === '');
}

/** The tree that asks for all the given ones; those that ask for nothing disappear. */
export function allOf(...nodes: readonly KqlNode[]): KqlNode {
  const clauses = nodes.filter(({ type }) => type !== 'all');
  const [first] = clauses;
  if (first === undefined) return { type: 'all' };
  return clauses.length === 1 ? first : { type: 'and', clauses };
}

/** The tree of `field:"text"`, whatever characters the text holds. */
export function fieldIs(name: string, text: string): KqlNode {
  return { type: 'is', field: { name, wildcard: false }, value: { kind: 'text', text, quoted: true } };
}

/** Every field name the tree mentions, once, in the order of the text; names inside `path:{ … }` carry the path. */
export function fieldNames(node: KqlNode): string[] {
  return [...new Set(fieldsOf(node).map(({ name }) => name))];
}

/** The fields in the order of the text, each as often as it stands there; names inside `path:{ … }` carry the path. */
export function fieldsOf(node: KqlNode): KqlField[] {
  const fields: KqlField[] = [];
  const collect = (current: KqlNode, prefix: string): void => {
    switch (current.type) {
      case 'and':
      case 'or':
        for (const clause of current.clauses) collect(clause, prefix);
        return;
      case 'not':
        collect(current.clause, prefix);
        return;
      case 'nested':
        collect(current.clause, `${prefix}${current.path}.`);
        return;
      case 'is':
      case 'range':
        fields.push({ ...current.field, name: prefix + current.field.name });
        return;
      case 'all':
      case 'free-text':
        return;
    }
  };
  collect(node, '');
  return fields;
}

/**
 * The tree with every field name replaced, for example to take a prefix away. Of `path:{ … }` only the path is renamed:
 * the names inside are relative to it.
 */
export function renameFields(node: KqlNode, rename: (name: string) => string): KqlNode {
  switch (node.type) {
    case 'and':
    case 'or':
      return { type: node.type, clauses: node.clauses.map((clause) => renameFields(clause, rename)) };
    case 'not':
      return { type: 'not', clause: renameFields(node.clause, rename) };
    case 'nested':
      return { ...node, path: rename(node.path) };
    case 'is':
    case 'range':
      return { ...node, field: { ...node.field, name: rename(node.field.name) } };
    case 'all':
    case 'free-text':
      return node;
  }
}
