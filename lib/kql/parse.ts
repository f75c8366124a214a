import { Expectations } from './expectations.ts';
import { afterSpaces, type Literal, literalAt, matchAt, whitespace } from './literal.ts';
import type { KqlField, KqlNode, KqlValue, RangeOperator } from './node.ts';
import { KqlSyntaxError } from './syntax-error.ts';

const maxCharacters = 10_000;
const maxLevels = 100;
const maxClauses = 1_000;

const keywords = {
  AND: new RegExp(`${whitespace}+and${whitespace}+`, 'iy'),
  OR: new RegExp(`${whitespace}+or${whitespace}+`, 'iy'),
  NOT: new RegExp(`not${whitespace}+`, 'iy'),
};
const rangeOperators: readonly RangeOperator[] = ['<=', '>=', '<', '>'];

/**
 * The tree of a KQL text; blank text asks for everything. Throws `KqlSyntaxError`, also for a text beyond the bounds:
 * 10,000 characters, 100 levels of brackets, 1,000 clauses.
 */
export function parseKql(text: string): KqlNode {
  if (text.length > maxCharacters) {
    const beginning = text.slice(0, maxCharacters);
    throw new KqlSyntaxError(atMost(maxCharacters, 'characters', text.length), beginning, maxCharacters);
  }
  return new Parser(text).parse();
}

function atMost(bound: number, what: string, found: number): string {
  return `Expected at most ${bound} ${what} but ${found} found.`;
}

/**
 * Recursive descent, loosest operator first. An alternative that fails late never succeeds another way in this language,
 * so every failure is final and nothing is read twice but a free text that looked like a field name.
 */
class Parser {
  readonly #text: string;
  readonly #expected: Expectations;
  #at = 0;
  #levels = 0;
  #clauses = 0;

  constructor(text: string) {
    this.#text = text;
    this.#expected = new Expectations(text);
  }

  parse(): KqlNode {
    this.#spaces();
    if (this.#at === this.#text.length) return { type: 'all' };
    this.#expected.add(this.#at, 'end of input');
    const node = this.#query();
    this.#at = afterSpaces(this.#text, this.#at);
    if (this.#at === this.#text.length) return node;
    this.#expected.add(this.#at, 'end of input');
    throw this.#expected.error();
  }

  #query(): KqlNode {
    return this.#disjunction(() => this.#expression());
  }

  #disjunction(operand: () => KqlNode): KqlNode {
    const negation = (): KqlNode => (this.#keyword('NOT') ? { type: 'not', clause: operand() } : operand());
    const conjunction = (): KqlNode => this.#chain('AND', 'and', negation);
    return this.#chain('OR', 'or', conjunction);
  }

  #chain(keyword: 'AND' | 'OR', type: 'and' | 'or', operand: () => KqlNode): KqlNode {
    const first = operand();
    const rest: KqlNode[] = [];
    while (this.#keyword(keyword)) rest.push(operand());
    return rest.length === 0 ? first : { type, clauses: [first, ...rest] };
  }

  #expression(): KqlNode {
    if (this.#symbol('(')) return this.#enclosed(')', () => this.#query());
    const start = this.#at;
    const literal = this.#literal('field name');
    if (literal === undefined) {
      this.#expected.add(start, 'value');
      throw this.#expected.error();
    }
    const field = toField(literal);
    this.#spaces();
    const operator = rangeOperators.find((symbol) => this.#symbol(symbol));
    if (operator !== undefined) {
      this.#spaces();
      return this.#clause({ type: 'range', field, operator, bound: this.#value('literal') });
    }
    if (this.#symbol(':')) {
      this.#spaces();
      return this.#valuesOf(field);
    }
    this.#at = literal.end;
    return this.#clause({ type: 'free-text', value: toValue(literal) });
  }

  #valuesOf(field: KqlField): KqlNode {
    if (this.#symbol('{')) {
      return { type: 'nested', path: field.name, clause: this.#enclosed('}', () => this.#query()) };
    }
    return this.#valueOrList(field);
  }

  #valueOrList(field: KqlField): KqlNode {
    if (this.#symbol('(')) {
      return this.#enclosed(')', () => this.#disjunction(() => this.#valueOrList(field)));
    }
    return this.#clause({ type: 'is', field, value: this.#value('value') });
  }

  /** What stands between a bracket that has just been read and its counterpart. */
  #enclosed(closing: ')' | '}', content: () => KqlNode): KqlNode {
    this.#levels += 1;
    if (this.#levels > maxLevels) throw this.#beyond(maxLevels, 'levels', this.#at - 1);
    this.#spaces();
    const node = content();
    this.#at = afterSpaces(this.#text, this.#at);
    if (!this.#symbol(closing)) throw this.#expected.error();
    this.#levels -= 1;
    return node;
  }

  #clause(node: KqlNode): KqlNode {
    this.#clauses += 1;
    if (this.#clauses > maxClauses) throw this.#beyond(maxClauses, 'clauses', this.#at);
    return node;
  }

  #beyond(bound: number, what: string, offset: number): KqlSyntaxError {
    return new KqlSyntaxError(atMost(bound, what, bound + 1), this.#text, offset);
  }

  #value(name: 'value' | 'literal'): KqlValue {
    const literal = this.#literal(name);
    if (literal === undefined) throw this.#expected.error();
    return toValue(literal);
  }

  #literal(name: 'field name' | 'value' | 'literal'): Literal | undefined {
    const literal = literalAt(this.#text, this.#at);
    if (literal === undefined) {
      this.#expected.add(this.#at, name);
      return undefined;
    }
    this.#at = literal.end;
    // An unquoted literal looks for keywords wherever no special character stands.
    if (literal.stop === 'end' || literal.stop === 'not') this.#expected.hide(this.#at, 'AND', 'OR');
    if (literal.spaceTried) this.#expected.hide(this.#at, 'whitespace');
    return literal;
  }

  #keyword(name: keyof typeof keywords): boolean {
    const found = matchAt(keywords[name], this.#text, this.#at);
    if (found !== undefined) {
      this.#at += found.length;
      return true;
    }
    this.#expected.add(this.#at, name);
    if (name !== 'NOT') this.#expected.hide(afterSpaces(this.#text, this.#at), 'whitespace');
    return false;
  }

  #symbol(symbol: string): boolean {
    if (this.#text.startsWith(symbol, this.#at)) {
      this.#at += symbol.length;
      return true;
    }
    this.#expected.add(this.#at, `"${symbol}"`);
    return false;
  }

  #spaces(): void {
    this.#at = afterSpaces(this.#text, this.#at);
    this.#expected.add(this.#at, 'whitespace');
  }
}

function toField({ pieces }: Literal): KqlField {
  return { name: pieces.join('*'), wildcard: pieces.length > 1 };
}

function toValue({ pieces, quoted }: Literal): KqlValue {
  if (pieces.length > 1) return { kind: 'wildcard', pieces };
  const text = pieces.join('');
  if (quoted) return { kind: 'text', text, quoted };
  if (text === 'null') return { kind: 'null' };
  if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true' };
  return { kind: 'text', text, quoted };
}
