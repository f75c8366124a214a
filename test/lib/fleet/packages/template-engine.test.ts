import { expect, it } from 'vitest';
import { compileTemplate, type Values } from '../../../../lib/fleet/packages/template-engine.ts';

const values = (entries: Record<string, unknown>): Values =>
  Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, { value, type: 'text' }]));

it.each<[string, Record<string, unknown>, string, unknown]>([
  ['prints without HTML escapes', { a: '<b> & "c"' }, 'a: {{a}}', { a: '<b> & "c"' }],
  [
    'nests dotted names',
    { 'ssl.key': 'k', 'ssl.ca.path': 'p' },
    'k: {{ssl.key}}\np: {{ssl.ca.path}}',
    { k: 'k', p: 'p' },
  ],
  ['keeps blank texts as texts', { a: '', b: ' ' }, 'a: {{a}}\nb: {{b}}\nc: {{c}}', { a: '', b: '', c: null }],
  ['gives an empty map for no text', {}, '# nothing', {}],
  ['contains: a list', { l: ['x', 'y'] }, '{{#contains "x" l}}a: 1{{else}}a: 2{{/contains}}', { a: 1 }],
  ['contains: never its else', { l: ['y'] }, 'b: 1\n{{#contains "x" l}}a: 1{{else}}a: 2{{/contains}}', { b: 1 }],
  ['log: nothing', { a: 'x' }, 'a: {{log a}}', { a: null }],
  ['an unknown helper that is never reached', {}, 'a: 1\n{{#if x}}{{exec "ls"}}{{/if}}', { a: 1 }],
  ['a name that no variable has', {}, 'a: {{exec}}', { a: null }],
  ['contains: no list', {}, '{{#contains "x" l}}a: 1{{/contains}}b: 2', { b: 2 }],
  ['contains: printed', { l: ['x'] }, 'a: {{contains "x" l}}\nb: {{contains "y" l}}', { a: true, b: null }],
  ['contains: inside an if, not in the list', { l: ['x'] }, '{{#if (contains "y" l)}}a: 1{{/if}}b: 2', { b: 2 }],
  ['contains: inside an if', { l: ['x'] }, '{{#if (contains "x" l)}}a: 1{{/if}}', { a: 1 }],
  ['contains: knows the variables inside', { l: ['x'], v: 5 }, '{{#contains "x" l}}a: {{v}}{{/contains}}', { a: 5 }],
  ['escape_string', { a: "it's\nnew" }, 'a: {{escape_string a}}', { a: "it's\nnew" }],
  [
    'texts of several lines inside quotes: folded',
    { a: 'q\nr', b: "it''s\n\nnew: 1", c: ' "' },
    'a: "{{a}}"\nm:\n  b: [\'{{b}}\']\n  c: |\n    x {{c}}\n    y',
    { a: 'q r', m: { b: ["it's\nnew: 1"], c: 'x  "\ny\n' } },
  ],
  ['escape_string: nothing', {}, 'a: {{escape_string a}}', { a: null }],
  ['escape_multiline_string', { a: "it's\nnew" }, "a: '{{escape_multiline_string a}}'", { a: "it's\nnew" }],
  ['to_json: an object', { a: { b: [1] } }, 'a: {{to_json a}}', { a: { b: [1] } }],
  ['to_json: a text stays', { a: '{"b":1}' }, 'a: {{to_json a}}', { a: { b: 1 } }],
  ['url_encode', { a: "a b/!'()*" }, 'a: {{url_encode a}}', { a: 'a%20b%2F%21%27%28%29%2A' }],
  [
    'each, with, unless, lookup',
    { l: ['x'], o: { p: 1 } },
    '{{#each l}}a{{@index}}: {{this}}{{/each}}\n{{#with o}}b: {{p}}{{/with}}\n{{#unless q}}c: 2{{/unless}}\nd: {{lookup o "p"}}',
    { a0: 'x', b: 1, c: 2, d: 1 },
  ],
])('%s', (_name, variables, template, expected) => {
  expect(compileTemplate(values(variables), template)).toEqual(expected);
});

it('puts YAML variables in as values, and at the root as keys', () => {
  const more: Values = { more: { type: 'yaml', value: 'x: 1\ny: [2]' }, none: { type: 'yaml', value: undefined } };
  expect(compileTemplate(more, 'a: {{more}}\nb:\n  - {{more}}\nc: {{none}}\n{{more}}\n{{none}}\n')).toEqual({
    a: { x: 1, y: [2] },
    b: [{ x: 1, y: [2] }],
    c: null,
    x: 1,
    y: [2],
  });
});

it.each([
  ['{{#if}}', {}, /^Error while compiling agent template: /],
  ['{{unknown a}}', {}, /^Error while compiling agent template: Missing helper: "unknown"$/],
  ['{{#unknown a}}{{/unknown}}', {}, 'Error while compiling agent template: Missing helper: "unknown"'],
  ['{{#if (unknown a)}}{{/if}}', {}, 'Error while compiling agent template: Missing helper: "unknown"'],
  ['a: 1', { 'x.constructor': 'v' }, 'Error while compiling agent template: Invalid key x.constructor'],
  ['a: 1', { 'x.': 'v' }, 'Error while compiling agent template: Invalid key x.'],
  [
    'a: 1\nb:\n  - c: {{v}}\n    c: 2',
    { v: 1 },
    'YAMLException: Duplicated key "c" found in agent policy yaml, please check your yaml variables.',
  ],
  ['a: "x\ny: [', {}, /^Missing closing "quote/],
  ['a: "x\ny"\nz: [', {}, /^Flow sequence/],
  ['- a', {}, 'Error while compiling agent template: it does not print a YAML map'],
])('refuses %s with %j', (template, variables, message) => {
  expect(() => compileTemplate(values(variables), template)).toThrow(message);
});

it('leaves nothing behind in Object.prototype', () => {
  for (const name of ['__proto__.x', 'a.__proto__.x', 'constructor.prototype.x']) {
    expect(() => compileTemplate(values({ [name]: 'polluted' }), 'a: 1')).toThrow('Invalid key');
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});
