import { limits } from './limits.ts';

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
    if (depth > limits.jsonDepth) throw new SyntaxError(`JSON is nested deeper than ${limits.jsonDepth} levels`);
    if (level.some((node) => Object.hasOwn(node, '__proto__'))) throw new SyntaxError('JSON has a __proto__ key');
    level = level.flatMap((node) => nodesIn(Object.values(node)));
  }
  return value;
}

function nodesIn(values: unknown[]): object[] {
  return values.filter((value) => typeof value === 'object' && value !== null);
}
