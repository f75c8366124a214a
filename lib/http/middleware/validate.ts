import type * as z from 'zod';
import { BadRequest } from '../../errors/errors.ts';
import type { Problems, Source, ValidationRenderer } from '../../validation/issues.ts';
import { type Exchange, exchangeOf, type HttpEvent, type Middleware, type Step } from '../exchange.ts';
import { pathParameters, queryOf } from '../request.ts';

/** What a route reads of a request. What has no schema is not read and not checked. */
export type RequestSchemas = { path?: z.ZodType; query?: z.ZodType; body?: z.ZodType };

export type ValidateOptions = {
  /** The schemas of the route that matched. */
  schemasOf: (event: HttpEvent) => RequestSchemas;
  renderer: ValidationRenderer;
  /** Query keys that belong to the platform, not to the endpoint, besides the one that belongs to it everywhere. */
  ignoredQueryKeys?: readonly string[];
};

const INTERNAL_ORIGIN = 'elasticInternalOrigin';

/** Checks path parameters, query and body, in this order. The renderer says whether the first that fails ends it. */
export function validate({ schemasOf, renderer, ignoredQueryKeys = [] }: ValidateOptions): Middleware {
  const validateBefore = ({ event }: Step): void => {
    const { path, query, body } = schemasOf(event);
    const exchange = exchangeOf(event);
    const problems: Problems[] = [];
    const refuse = (): void => {
      const [first, ...others] = problems;
      if (first !== undefined) throw new BadRequest(renderer([first, ...others]));
    };
    const parse = (source: Source, schema: z.ZodType | undefined, value: () => unknown): unknown => {
      if (schema === undefined) return undefined;
      const parsed = schema.safeParse(value(), { reportInput: true });
      if (parsed.success) return parsed.data;
      problems.push({ source, issues: parsed.error.issues });
      if (renderer.checksAllSources !== true) refuse();
      return undefined;
    };
    exchange.input = {
      path: parse('params', path, () => pathParameters(event)),
      query: parse('query', query, () => without(queryOf(event), [INTERNAL_ORIGIN, ...ignoredQueryKeys])),
      body: parse('body', body, () => bodyValue(exchange)),
    };
    refuse();
  };
  return { before: validateBefore };
}

function without(query: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query).filter(([name]) => !keys.includes(name)));
}

/** The value that a body schema sees; Kibana reads an absent body as null. */
function bodyValue({ body }: Exchange): unknown {
  switch (body.kind) {
    case 'none':
      return null;
    case 'json':
      return body.value;
    case 'bytes':
      return body.bytes;
    case 'multipart':
      return body.parts;
  }
}
