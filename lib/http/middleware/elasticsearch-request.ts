import { ElasticsearchError, NotAcceptable } from '../../errors/errors.ts';
import { parseJson } from '../../json/parse-json.ts';
import { exchangeOf, type HttpEvent, type Middleware, type Step } from '../exchange.ts';
import { DEFAULT_BODY_BYTES } from '../limits.ts';
import { bodyBytes, header, mediaTypeOf, queryOf, uriOf } from '../request.ts';

/** What Elasticsearch takes on every path. */
const COMMON_PARAMETERS = ['pretty', 'human', 'error_trace', 'filter_path', 'format'];

/**
 * Reads a body as Elasticsearch does. It has no XSRF check: what keeps a foreign page from sending a form is that every
 * body which is not JSON is refused.
 */
export function parseElasticsearchBody(): Middleware {
  const parseBefore = ({ event }: Step): void => {
    const bytes = bodyBytes(event, DEFAULT_BODY_BYTES);
    if (bytes.length === 0) return;
    const type = mediaTypeOf(event) ?? '';
    if (type !== 'application/json' && !/^application\/vnd\.elasticsearch\+json$/.test(type)) {
      throw new NotAcceptable(`Content-Type header [${header(event, 'content-type') ?? ''}] is not supported`);
    }
    try {
      exchangeOf(event).body = { kind: 'json', value: parseJson(bytes.toString()) };
    } catch (error) {
      throw malformed(error);
    }
  };
  return { before: parseBefore };
}

function malformed(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : 'not JSON';
  return new ElasticsearchError(400, 'x_content_parse_exception', reason, { cause });
}

/** Refuses query parameters that neither the endpoint nor Elasticsearch itself knows. */
export function knownParameters({ parameters }: { parameters: readonly string[] }): Middleware {
  const known = new Set([...COMMON_PARAMETERS, ...parameters]);
  const checkBefore = ({ event }: Step): void => {
    const unknown = Object.keys(queryOf(event))
      .filter((name) => !known.has(name))
      .toSorted();
    if (unknown.length === 0) return;
    const names = unknown.map((name) => `[${name}]`).join(', ');
    const noun = unknown.length === 1 ? 'parameter' : 'parameters';
    throw new ElasticsearchError(
      400,
      'illegal_argument_exception',
      `request [${pathOf(event)}] contains unrecognized ${noun}: ${names}`,
    );
  };
  return { before: checkBefore };
}

function pathOf(event: HttpEvent): string {
  return uriOf(event).split('?', 1)[0] ?? '';
}

/** A yes or no in the query, false when absent: the bare name of the parameter says yes. */
export function parameterFlag(value: string | string[] | undefined): boolean {
  const text = [value ?? 'false'].flat().at(-1) ?? '';
  if (text !== '' && text !== 'true' && text !== 'false') {
    const reason = `Failed to parse value [${text}] as only [true] or [false] are allowed.`;
    throw new ElasticsearchError(400, 'illegal_argument_exception', reason);
  }
  return text !== 'false';
}

/** `refresh` as Elasticsearch reads it; only its spelling matters here, every write is visible at once. */
export function checkRefresh(value: string | string[] | undefined): void {
  const text = [value ?? ''].flat().at(-1) ?? '';
  if (!['', 'true', 'false', 'wait_for'].includes(text)) {
    throw new ElasticsearchError(400, 'illegal_argument_exception', `Unknown value for refresh: [${text}].`);
  }
}
