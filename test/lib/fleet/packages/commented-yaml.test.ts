import { expect, it } from 'vitest';
import type { AgentInput } from '../../../../lib/fleet/packages/agent-inputs.ts';
import { commentedYaml } from '../../../../lib/fleet/packages/commented-yaml.ts';
import { parseYaml } from '../../../../lib/fleet/yaml.ts';

const input: AgentInput = {
  id: 't-l',
  type: 'l',
  title: 'An input',
  description: undefined,
  templatePath: undefined,
  vars: [
    { name: 'a', type: 'text', title: 'A', description: 'First' },
    { name: 'b', type: 'text', title: 'B' },
  ],
  values: {},
  streams: [],
};

it('sorts known keys first and keeps the others in their order', () => {
  const compiled = { z: 1, type: 'l', a: 2, id: 't-l', enabled: true };
  expect(commentedYaml([{ input, compiled }])).toBe(
    'inputs:\n  # An input\n  - id: t-l\n    type: l\n    enabled: true\n    z: 1\n    a: 2\n',
  );
});

it('takes one of several list items out, and a map that has nothing else', () => {
  const compiled = { id: 't-l', list: ['x', 'y <A>', 'z'], maps: [{ only: '<B>' }, { other: 1 }] };
  expect(commentedYaml([{ input, compiled }])).toBe(`inputs:
  # An input
  - id: t-l
    list:
      - x
      - z
      # - y <A> # A: First
    maps:
      - other: 1
      # - only: <B> # B
`);
});

it('takes an entry with two placeholders out once', () => {
  const compiled = { id: 't-l', keep: 1, hosts: { url: { parts: ['<A>'] } } };
  expect(commentedYaml([{ input, compiled }])).toBe(`inputs:
  # An input
  - id: t-l
    keep: 1
    # hosts:
    #  url:
    #    parts:
    #      - <A> # A: First
`);
});

it('quotes what would be read as something else, and makes no anchors', () => {
  const same = { x: 'yes: no' };
  const compiled = { id: 't-l', a: same, b: same, c: '1', d: '' };
  expect(commentedYaml([{ input, compiled }])).toContain(
    "    a:\n      x: 'yes: no'\n    b:\n      x: 'yes: no'\n    c: '1'\n    d: ''\n",
  );
});

it('prints no inputs as an empty list', () => {
  expect(commentedYaml([])).toBe('inputs: []\n');
});

it('comments of several lines stay on lines of their own, each a comment', () => {
  const vars = [{ name: 'a', type: 'text', title: 'A', description: 'First\nb: 2' }];
  const compiled = { id: 't-l', keep: 1, hosts: '<A>' };
  const lines = { ...input, description: 'One\ntwo: 2', vars };
  const text = commentedYaml([{ input: lines, compiled }]);
  expect(text).toBe(`inputs:
  # An input: One
  #two: 2
  - id: t-l
    keep: 1
    # hosts: <A>
    #  # A: First
    #  #b: 2
`);
  expect(parseYaml(text)).toEqual({ inputs: [{ id: 't-l', keep: 1 }] });
});
