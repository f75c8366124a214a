import { createConfig, lintFromString } from '@redocly/openapi-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkedInText, openApiText } from '../lib/tooling/openapi.ts';
import { functions } from './support/stack.ts';

let text: string;
beforeAll(async () => {
  text = await openApiText();
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

  it('names operations once', () => {
    const ids = [...text.matchAll(/"operationId": "([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
