import { ElasticsearchError, NotAcceptable } from '../../errors/errors.ts';
import { parseJson } from '../../json/parse-json.ts';
import { exchangeOf, type Middleware, type Step } from '../exchange.ts';
import { DEFAULT_BODY_BYTES } from '../limits.ts';
import { bodyBytes, header, mediaTypeOf, methodOf, queryOf } from '../request.ts';

/** What Elasticsearch takes on every path. */
const COMMON_PARAMETERS = ['pretty', 'human', 'error_trace', 'filter_path', 'format'];

/**
 * Reads a body as Elasticsearch does. It has no XSRF check: what keeps a foreign page from sending a form is that every
 * body which is not JSON is refused. A body that the operation does not take stays unparsed.
 */
export function parseElasticsearchBody({ takesBody }: { takesBody: boolean }): Middleware {
  const parseBefore = ({ event }: Step): void => {
    const bytes = bodyBytes(event, DEFAULT_BODY_BYTES);
    if (bytes.length === 0) return;
    const contentType = header(event, 'content-type');
    const type = mediaTypeOf(event) ?? '';
    if (type !== 'application/json' && !/^application\/vnd\.elasticsearch\+json$/.test(type)) {
      throw new NotAcceptable(
        contentType === undefined
          ? 'Content-Type header is missing'
          : `Content-Type header [${contentType}] is not supported`,
      );
    }
    exchangeOf(event).body = takesBody
      ? { kind: 'json', value: jsonFrom(bytes) }
      : { kind: 'bytes', bytes, contentType };
  };
  return { before: parseBefore };
}

function jsonFrom(bytes: Buffer): unknown {
  try {
    return parseJson(bytes.toString());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'not JSON';
    throw new ElasticsearchError(400, 'x_content_parse_exception', reason, { cause });
  }
}

/** Refuses a body that the operation does not take. */
export function refuseBody(): Middleware {
  const refuseBefore = ({ event }: Step): void => {
    if (exchangeOf(event).body.kind === 'none') return;
    const reason = `request [${methodOf(event)} ${event.rawPath}] does not support having a body`;
    throw new ElasticsearchError(400, 'illegal_argument_exception', reason);
  };
  return { before: refuseBefore };
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
      `request [${event.rawPath}] contains unrecognized ${noun}: ${names}`,
    );
  };
  return { before: checkBefore };
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
