import { isScalar, parseDocument, visit } from 'yaml';

/** A map has a key twice. */
export class DuplicateKey extends Error {
  readonly key: string;

  constructor(key: string) {
    super(`Map keys must be unique: ${key}`);
    this.key = key;
  }
}

/**
 * Parses one YAML document of somebody else's. Duplicate and `__proto__` keys are refused, aliases cannot blow it up, and
 * the time it takes grows with the text, not with its square.
 *
 * @throws DuplicateKey, or an Error whose message is the parser's
 */
export function parseYaml(text: string): unknown {
  // The library's own check for duplicate keys compares every key with every other: a minute for 60,000 of them.
  const document = parseDocument(text, { uniqueKeys: false, merge: true, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  visit(document, {
    Map: (_, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? key.value : key;
        if (seen.has(name) && name !== '<<') throw new DuplicateKey(String(name));
        if (name === '__proto__') throw new Error('Map keys must not be __proto__');
        seen.add(name);
      }
    },
  });
  return document.toJS({ maxAliasCount: 100 });
}
