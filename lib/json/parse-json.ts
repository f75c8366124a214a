/** Levels of nesting in JSON from a client; deeper JSON overflows the stack of the schema validator. */
const MAX_DEPTH = 500;

/**
 * Parses JSON from a client. Nesting over 500 levels and any `__proto__` key count as malformed: the first overflows the
 * stack of whatever walks the value, the second poisons whatever merges it.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  let level = nodesIn([value]);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= MAX_DEPTH) throw new SyntaxError(`JSON is nested deeper than ${MAX_DEPTH} levels`);
    if (level.some((node) => Object.hasOwn(node, '__proto__'))) throw new SyntaxError('JSON has a __proto__ key');
    level = level.flatMap((node) => nodesIn(Object.values(node)));
  }
  return value;
}

function nodesIn(values: unknown[]): object[] {
  return values.filter((value) => typeof value === 'object' && value !== null);
}
