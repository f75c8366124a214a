import { appendFileSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { Exchange } from '../../lib/tooling/openapi-examples.ts';

const ROOT = join(import.meta.dirname, '../..');

type Schema = { [key: string]: unknown };
type Response = { content?: Record<string, { schema: Schema }> };
type Document = {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
  components: { schemas: Record<string, Schema> };
};

const { paths, components }: Document = JSON.parse(readFileSync(join(ROOT, 'openapi.json'), 'utf8'));

const ajv = new Ajv2020({ strict: false, validateFormats: false });
const validators = new Map<string, ValidateFunction>();
const compiled = new Map<string, ValidateFunction>();

/** Every answer that any test sees must be one that `openapi.json` documents. */
export function expectDocumented({ route, request, status, mediaType, body }: Omit<Exchange, 'file'>): void {
  // What cannot be a space makes it another path, which no operation serves.
  if (request.path.space_id !== undefined && !/^[a-z0-9_-]+$/.test(request.path.space_id)) return;
  const [method = '', path = ''] = route.replace(' /s/{space_id}/', ' /').replace(/\/$/, '').split(' ');
  const operation = paths[path]?.[method.toLowerCase()];
  expect(operation, `${route} is not in openapi.json: npm run openapi`).toBeDefined();
  const response = operation?.responses[status];
  expect(Object.keys(operation?.responses ?? {}), `${route} answered an undocumented status`).toContain(String(status));
  if (response?.content === undefined) {
    expect(body, `${route} ${status} has no body`).toBe('');
    return;
  }
  const schema = response.content[mediaType]?.schema;
  expect(Object.keys(response.content), `${route} ${status} answered another type`).toContain(mediaType);
  const validate = validatorOf(`${route} ${status} ${mediaType}`, schema ?? {});
  validate(body);
  const told = `${route} ${status} does not fit its schema in openapi.json: ${JSON.stringify(body).slice(0, 1_000)}`;
  expect(validate.errors ?? [], told).toEqual([]);
}

function validatorOf(name: string, schema: Schema): ValidateFunction {
  const known = validators.get(name) ?? compile(schema, components.schemas);
  validators.set(name, known);
  return known;
}

/** Compiles a schema of an OpenAPI document, with those of its shared schemas that it needs; the same one only once. */
export function compile(schema: Schema, shared: Record<string, Schema>): ValidateFunction {
  const text = JSON.stringify({ ...schema, components: { schemas: referredBy(schema, shared) } });
  const known = compiled.get(text) ?? ajv.compile(JSON.parse(text));
  compiled.set(text, known);
  return known;
}

function referredBy(schema: Schema, shared: Record<string, Schema>, found: Record<string, Schema> = {}) {
  for (const [, name = ''] of JSON.stringify(schema).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
    const next = shared[name];
    if (found[name] !== undefined || next === undefined) continue;
    found[name] = next;
    referredBy(next, shared, found);
  }
  return found;
}

/** Writes down what passed, where `npm run openapi:examples` wants it. */
export function writeDown(exchange: Omit<Exchange, 'file'>): void {
  const folder = process.env.EXAMPLES_DIR;
  if (folder === undefined) return;
  const file = relative(ROOT, expect.getState().testPath ?? '');
  appendFileSync(join(folder, `${process.pid}.ndjson`), `${JSON.stringify({ ...exchange, file })}\n`);
}
