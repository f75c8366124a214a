/**
 * Regular expressions of Lucene, as roles have them: `.`, `[…]`, `|`, `&` (both), `~` (anything else), `?`, `*`, `+`,
 * `{n,m}`, `"…"`, `@` (any text), `#` (nothing), `\` before a character. They always match whole texts.
 *
 * They are matched by derivatives: after each character stands the expression of what may follow. That needs no
 * backtracking, and `&` and `~` come for free. Expressions are bounded in size before and while they are matched.
 */
type Expression =
  | { kind: 'nothing' }
  | { kind: 'empty' }
  | { kind: 'set'; negated: boolean; ranges: readonly (readonly [string, string])[] }
  | { kind: 'then' | 'or' | 'and'; one: Expression; other: Expression; id: string }
  | { kind: 'star' | 'not'; one: Expression; id: string };

const MAX_CHARACTERS = 300;
/** Characters of an expression's id, a measure of its size; what grows beyond matches nothing. */
const MAX_SIZE = 800;

const nothing: Expression = { kind: 'nothing' };
const empty: Expression = { kind: 'empty' };
const any: Expression = { kind: 'set', negated: true, ranges: [] };

/** The test of a whole text; undefined when the pattern is none, or too large. */
export function lucenePattern(pattern: string): ((text: string) => boolean) | undefined {
  if (pattern.length > MAX_CHARACTERS) return undefined;
  const expression = new Parser(pattern).parse();
  if (expression === undefined) return undefined;
  return (text) => {
    let rest = expression;
    for (const character of text) {
      rest = derivative(rest, character);
      if (idOf(rest).length > MAX_SIZE) return false;
    }
    return isNullable(rest);
  };
}

function idOf(expression: Expression): string {
  switch (expression.kind) {
    case 'nothing':
      return '∅';
    case 'empty':
      return 'ε';
    case 'set': {
      const ranges = expression.ranges.map(([from, to]) => JSON.stringify(from === to ? from : `${from}-${to}`));
      return `${expression.negated ? '^' : ''}${ranges.join('')}.`;
    }
    default:
      return expression.id;
  }
}

const isSame = (one: Expression, other: Expression) => idOf(one) === idOf(other);
const isEverything = (expression: Expression) => expression.kind === 'not' && expression.one.kind === 'nothing';

function then(one: Expression, other: Expression): Expression {
  if (one.kind === 'nothing' || other.kind === 'nothing') return nothing;
  if (one.kind === 'empty') return other;
  if (other.kind === 'empty') return one;
  return { kind: 'then', one, other, id: `(${idOf(one)}${idOf(other)})` };
}

/** The members of a chain of alternatives (or of conditions), each once and in one order: equal ones look equal. */
function membersOf(kind: 'or' | 'and', expressions: readonly Expression[]): Expression[] {
  const members = expressions.flatMap((each): Expression[] =>
    each.kind === kind ? membersOf(kind, [each.one, each.other]) : [each],
  );
  const byId = new Map(members.map((each) => [idOf(each), each]));
  return [...byId.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each);
}

function chain(kind: 'or' | 'and', members: readonly Expression[], neutral: Expression): Expression {
  const sign = kind === 'or' ? '|' : '&';
  return members.reduceRight<Expression>(
    (rest, each) =>
      isSame(rest, neutral) ? each : { kind, one: each, other: rest, id: `(${idOf(each)}${sign}${idOf(rest)})` },
    neutral,
  );
}

function or(one: Expression, other: Expression): Expression {
  const members = membersOf('or', [one, other]).filter(({ kind }) => kind !== 'nothing');
  return members.find(isEverything) ?? chain('or', members, nothing);
}

function and(one: Expression, other: Expression): Expression {
  const members = membersOf('and', [one, other]).filter((each) => !isEverything(each));
  return members.some(({ kind }) => kind === 'nothing') ? nothing : chain('and', members, not(nothing));
}

function star(one: Expression): Expression {
  if (one.kind === 'nothing' || one.kind === 'empty') return empty;
  return one.kind === 'star' ? one : { kind: 'star', one, id: `(${idOf(one)})*` };
}

function not(one: Expression): Expression {
  return one.kind === 'not' ? one.one : { kind: 'not', one, id: `~(${idOf(one)})` };
}

function isNullable(expression: Expression): boolean {
  switch (expression.kind) {
    case 'empty':
    case 'star':
      return true;
    case 'then':
    case 'and':
      return isNullable(expression.one) && isNullable(expression.other);
    case 'or':
      return isNullable(expression.one) || isNullable(expression.other);
    case 'not':
      return !isNullable(expression.one);
    default:
      return false;
  }
}

/** What may follow the character. */
function derivative(expression: Expression, character: string): Expression {
  switch (expression.kind) {
    case 'set': {
      const isIn = expression.ranges.some(([from, to]) => from <= character && character <= to);
      return isIn === expression.negated ? nothing : empty;
    }
    case 'then': {
      const { one, other } = expression;
      const further = then(derivative(one, character), other);
      return isNullable(one) ? or(further, derivative(other, character)) : further;
    }
    case 'or':
      return or(derivative(expression.one, character), derivative(expression.other, character));
    case 'and':
      return and(derivative(expression.one, character), derivative(expression.other, character));
    case 'star':
      return then(derivative(expression.one, character), expression);
    case 'not':
      return not(derivative(expression.one, character));
    default:
      return nothing;
  }
}

class Malformed extends Error {}

/** Recursive descent over the pattern, loosest operator first. */
class Parser {
  readonly #text: string;
  #at = 0;
  #levels = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Expression | undefined {
    try {
      const expression = this.#alternatives();
      return this.#at === this.#text.length && idOf(expression).length <= MAX_SIZE ? expression : undefined;
    } catch (error) {
      if (error instanceof Malformed) return undefined;
      throw error;
    }
  }

  #alternatives(): Expression {
    const first = this.#conditions();
    return this.#take('|') ? or(first, this.#alternatives()) : first;
  }

  #conditions(): Expression {
    const first = this.#sequence();
    return this.#take('&') ? and(first, this.#conditions()) : first;
  }

  #sequence(): Expression {
    const parts: Expression[] = [];
    while (this.#at < this.#text.length && !'|&)'.includes(this.#text.charAt(this.#at))) parts.push(this.#negation());
    return parts.reduceRight<Expression>((rest, part) => then(part, rest), empty);
  }

  #negation(): Expression {
    if (!this.#take('~')) return this.#repetition();
    return this.#nested(() => not(this.#negation()));
  }

  #repetition(): Expression {
    let expression = this.#atom();
    for (;;) {
      if (this.#take('*')) expression = star(expression);
      else if (this.#take('+')) expression = then(expression, star(expression));
      else if (this.#take('?')) expression = or(expression, empty);
      else if (this.#take('{')) expression = this.#times(expression);
      else return expression;
      if (idOf(expression).length > MAX_SIZE) throw new Malformed();
    }
  }

  #times(expression: Expression): Expression {
    const bounds = /^(\d{1,3})(,(\d{0,3}))?\}/.exec(this.#text.slice(this.#at, this.#at + 9));
    if (bounds === null) throw new Malformed();
    this.#at += bounds[0].length;
    const least = Number(bounds[1]);
    const most = bounds[2] === undefined ? least : bounds[3] === '' ? undefined : Number(bounds[3]);
    if (idOf(expression).length * Math.max(least, most ?? 0) > MAX_SIZE) throw new Malformed();
    let result = most === undefined ? star(expression) : empty;
    for (let count = most ?? least; count > 0; count--) {
      const further = then(expression, result);
      result = count > least ? or(further, empty) : further;
    }
    return result;
  }

  #atom(): Expression {
    const symbol = this.#next();
    switch (symbol) {
      case '(':
        return this.#nested(() => {
          const inner = this.#alternatives();
          if (!this.#take(')')) throw new Malformed();
          return inner;
        });
      case '[':
        return this.#set();
      case '.':
        return any;
      case '@':
        return star(any);
      case '#':
        return nothing;
      case '"':
        return this.#quoted();
      case '\\':
        return only(this.#next());
      case '*':
      case '+':
      case '?':
      case '{':
      case '<':
        throw new Malformed();
      default:
        return only(symbol);
    }
  }

  #quoted(): Expression {
    const end = this.#text.indexOf('"', this.#at);
    if (end === -1) throw new Malformed();
    const characters = [...this.#text.slice(this.#at, end)];
    this.#at = end + 1;
    return characters.reduceRight<Expression>((rest, character) => then(only(character), rest), empty);
  }

  #set(): Expression {
    const negated = this.#take('^');
    const ranges: [string, string][] = [];
    while (!this.#take(']')) {
      const from = this.#member();
      const isRange = this.#text.charAt(this.#at) === '-' && this.#text.charAt(this.#at + 1) !== ']';
      if (isRange) this.#at += 1;
      ranges.push([from, isRange ? this.#member() : from]);
    }
    if (ranges.length === 0) throw new Malformed();
    return { kind: 'set', negated, ranges };
  }

  #member(): string {
    const character = this.#next();
    return character === '\\' ? this.#next() : character;
  }

  #nested(read: () => Expression): Expression {
    this.#levels += 1;
    if (this.#levels > 50) throw new Malformed();
    const expression = read();
    this.#levels -= 1;
    return expression;
  }

  #take(symbol: string): boolean {
    const found = this.#text.charAt(this.#at) === symbol;
    if (found) this.#at += 1;
    return found;
  }

  #next(): string {
    const point = this.#text.codePointAt(this.#at);
    if (point === undefined) throw new Malformed();
    const character = String.fromCodePoint(point);
    this.#at += character.length;
    return character;
  }
}

function only(character: string): Expression {
  return { kind: 'set', negated: false, ranges: [[character, character]] };
}
