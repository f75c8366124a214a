import { KqlSyntaxError } from './syntax-error.ts';

/**
 * What could have stood at the furthest position a parse reached; this is what a syntax error lists. Names follow
 * Kibana's parser, which remembers what it tried at each position: a name tried there first while it looked inside
 * another one (a space within `AND`, a keyword within a literal) is not listed when it is tried again. `hide` says so.
 */
export class Expectations {
  readonly #text: string;
  readonly #names = new Set<string>();
  readonly #hidden = new Set<string>();
  #furthest = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The name was tried at the offset and is not there. */
  add(offset: number, name: string): void {
    if (offset < this.#furthest || this.#hidden.has(`${offset} ${name}`)) return;
    if (offset > this.#furthest) this.#names.clear();
    this.#furthest = offset;
    this.#names.add(name);
  }

  /** The name was tried at the offset while another one was looked for: a later `add` does not count. */
  hide(offset: number, ...names: readonly string[]): void {
    for (const name of names) this.#hidden.add(`${offset} ${name}`);
  }

  /** The syntax error for a parse that cannot go on. */
  error(): KqlSyntaxError {
    const offset = this.#furthest;
    const found = offset < this.#text.length ? `"${this.#text.charAt(offset)}"` : 'end of input';
    const expected = [...this.#names].sort().join(', ');
    return new KqlSyntaxError(`Expected ${expected} but ${found} found.`, this.#text, offset);
  }
}
