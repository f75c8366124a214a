import { readFile } from 'node:fs/promises';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { compatibilityTable, withTable } from '../lib/tooling/compatibility.ts';
import { checkedInText, openApiText } from '../lib/tooling/openapi.ts';
import { compile } from './support/documented.ts';
import { functions } from './support/stack.ts';

let text: string;
beforeAll(async () => {
  text = await openApiText();
});

type Content = { schema: Record<string, unknown>; example?: unknown };
type Parameter = { name: string; schema: object };
type Operation = {
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { content?: Record<string, Content> }>;
};

/** The bodies of all requests and answers, by operation, place and media type. */
function bodiesOf(document: string): { name: string; content: Content }[] {
  const { paths }: { paths: Record<string, Record<string, Operation>> } = JSON.parse(document);
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { requestBody, responses }]) =>
      [
        ['request', requestBody?.content] as const,
        ...Object.entries(responses).map(([status, { content }]) => [status, content] as const),
      ].flatMap(([place, contents]) =>
        Object.entries(contents ?? {}).map(([mediaType, content]) => ({
          name: `${method.toUpperCase()} ${path} ${place} ${mediaType}`,
          content,
        })),
      ),
    ),
  );
}

it('the table in the README is what the endpoints say of themselves (else: npm run openapi)', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toBe(withTable(readme, await compatibilityTable()));
});

describe('openapi.json', () => {
  it('is what the endpoints say of themselves (else: npm run openapi)', async () => {
    expect(await checkedInText()).toBe(text);
  });

  it('lists every route of serverless.yml, and nothing else', () => {
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, unknown>> };
    const listed = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const declared = functions
      .flatMap(({ routes }) => routes)
      .filter((route) => route !== '*' && !route.includes(' /s/{space_id}/') && !route.endsWith('/'));
    expect(listed.toSorted()).toEqual(declared.toSorted());
  });

  it('passes a public linter without errors', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source: text, config });
    const errors = problems
      .filter(({ severity }) => severity === 'error')
      .map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`);
    expect(errors).toEqual([]);
  });

  /** What has no example, and why. */
  const without = [
    // Archives, chunks and files are bytes.
    /^POST \/api\/fleet\/epm\/packages request application\/(zip|gzip)$/,
    /^PUT \/api\/fleet\/uploads\/\{id\}\/\{chunk\} request application\/octet-stream$/,
    / request multipart\/form-data$/,
    // Takes any body, and reads none.
    /^DELETE \/api\/cases\/\{caseId\}\/comments\/\{commentId\} request /,
  ];

  it('has an example of every body (else: npm run openapi:examples)', () => {
    const missing = bodiesOf(text).flatMap(({ name, content }) => (content.example === undefined ? [name] : []));
    expect(missing.filter((name) => !without.some((known) => known.test(name)))).toEqual([]);
  });

  it('has examples that fit the schemas beside them', () => {
    const { components } = JSON.parse(text);
    for (const { name, content } of bodiesOf(text)) {
      if (content.example === undefined) continue;
      const validate = compile(content.schema, components.schemas);
      validate(content.example);
      expect(validate.errors ?? [], name).toEqual([]);
    }
  });

  it('leaves no parameter and no body undescribed', () => {
    const { paths }: { paths: Record<string, Record<string, { parameters?: Parameter[] }>> } = JSON.parse(text);
    const parameters = Object.values(paths).flatMap((item) =>
      Object.values(item).flatMap((each) => each.parameters ?? []),
    );
    expect(parameters.length).toBeGreaterThan(100);
    expect(parameters.filter(({ schema }) => Object.keys(schema).length === 0)).toEqual([]);
    const empty = bodiesOf(text).flatMap(({ name, content }) =>
      Object.keys(content.schema).length === 0 ? [name] : [],
    );
    expect(empty).toEqual([]);
  });

  it('names operations once', () => {
    const ids = [...text.matchAll(/"operationId": "([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
