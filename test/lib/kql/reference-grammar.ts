/**
 * KQL's grammar on a small memoising parser of the PEG kind, which only tells whether a text parses and, if not, what
 * was expected where. The parser under test is written by hand; this is what its error texts are held against.
 */
type Rule = (context: Context, at: number) => number; // the offset behind the match, or -1
type Context = {
  text: string;
  silent: number;
  furthest: number;
  expected: Set<string>;
  memo: Map<Rule, Map<number, number>>;
};

const failed = -1;

function expect(context: Context, at: number, name: string): number {
  if (context.silent > 0 || at < context.furthest) return failed;
  if (at > context.furthest) context.expected.clear();
  context.furthest = at;
  context.expected.add(name);
  return failed;
}

function silently<T>(context: Context, run: () => T): T {
  context.silent += 1;
  const result = run();
  context.silent -= 1;
  return result;
}

const pattern = (source: string, { name = source, flags = 'isy' } = {}): Rule => {
  const sticky = new RegExp(source, flags);
  return (context, at) => {
    sticky.lastIndex = at;
    const length = sticky.exec(context.text)?.[0].length;
    return length === undefined ? expect(context, at, name) : at + length;
  };
};
const symbol =
  (text: string): Rule =>
  (context, at) =>
    context.text.startsWith(text, at) ? at + text.length : expect(context, at, `"${text}"`);
const sequence =
  (...rules: Rule[]): Rule =>
  (context, at) =>
    rules.reduce((offset, rule) => (offset === failed ? failed : rule(context, offset)), at);
const first =
  (...rules: Rule[]): Rule =>
  (context, at) => {
    for (const rule of rules) {
      const end = rule(context, at);
      if (end !== failed) return end;
    }
    return failed;
  };
const many =
  (rule: Rule): Rule =>
  (context, at) => {
    let end = at;
    for (let next = rule(context, end); next !== failed; next = rule(context, end)) end = next;
    return end;
  };
const some = (rule: Rule): Rule => sequence(rule, many(rule));
const optional =
  (rule: Rule): Rule =>
  (context, at) => {
    const end = rule(context, at);
    return end === failed ? at : end;
  };
const unless =
  (rule: Rule): Rule =>
  (context, at) =>
    silently(context, () => rule(context, at)) === failed ? at : failed;
const memoised = (rule: Rule): Rule => {
  const self: Rule = (context, at) => {
    const results = context.memo.get(self) ?? new Map<number, number>();
    context.memo.set(self, results);
    const known = results.get(at);
    if (known !== undefined) return known;
    const end = rule(context, at);
    results.set(at, end);
    return end;
  };
  return self;
};
const named = (name: string, rule: Rule): Rule =>
  memoised((context, at) => {
    const end = silently(context, () => rule(context, at));
    return end === failed ? expect(context, at, name) : end;
  });
const later =
  (rule: () => Rule): Rule =>
  (context, at) =>
    rule()(context, at);

const space = named('whitespace', pattern('[ \\t\\r\\n\\u00a0]'));
const spaces = many(space);
const or = named('OR', sequence(some(space), pattern('or'), some(space)));
const and = named('AND', sequence(some(space), pattern('and'), some(space)));
const not = named('NOT', sequence(pattern('not'), some(space)));
const special = pattern('[\\\\():<>"*{}]');
const escaped = first(
  pattern('\\\\(and|or|not)'),
  pattern('\\\\[trn]', { flags: 'y' }),
  sequence(pattern('\\\\'), special),
  pattern('\\\\u[0-9a-f]{4}'),
);
const character = first(escaped, pattern('\\*'), sequence(unless(special), unless(first(or, and, not)), pattern('.')));
const quoted = sequence(pattern('"'), many(first(pattern('\\\\[\\\\"]'), pattern('[^"]'))), pattern('"'));
const literal = named('literal', first(quoted, some(character)));
const fieldName = named('field name', literal);
const value = named('value', literal);

const logic = (operand: Rule): Rule => {
  const negation = memoised(first(sequence(not, operand), operand));
  const conjunction = memoised(first(sequence(negation, some(sequence(and, negation))), negation));
  return memoised(first(sequence(conjunction, some(sequence(or, conjunction))), conjunction));
};
const valueOrList: Rule = memoised(
  first(
    sequence(
      symbol('('),
      spaces,
      later(() => list),
      spaces,
      symbol(')'),
    ),
    value,
  ),
);
const list = logic(valueOrList);
const group = sequence(
  symbol('('),
  spaces,
  later(() => query),
  spaces,
  symbol(')'),
);
const operator = memoised(first(symbol('<='), symbol('>='), symbol('<'), symbol('>')));
const range = memoised(sequence(fieldName, spaces, operator, spaces, literal));
const nestedBody = sequence(
  symbol('{'),
  spaces,
  later(() => query),
  spaces,
  symbol('}'),
);
const fieldValue = memoised(sequence(fieldName, spaces, symbol(':'), spaces, first(nestedBody, valueOrList)));
const query: Rule = logic(memoised(first(group, range, fieldValue, value)));
const end = pattern('$(?![^])', { name: 'end of input' });
const start = sequence(spaces, optional(query), spaces, end);

/** The three lines of the syntax error, or undefined when the text parses. */
export function referenceError(text: string): string | undefined {
  const context: Context = { text, silent: 0, furthest: 0, expected: new Set(), memo: new Map() };
  if (start(context, 0) !== failed) return undefined;
  const found = context.furthest < text.length ? `"${text[context.furthest]}"` : 'end of input';
  const expected = [...context.expected].sort().join(', ');
  return `Expected ${expected} but ${found} found.\n${text}\n${'-'.repeat(context.furthest)}^`;
}
