/**
 * The errors an area throws. Each knows its HTTP status and says what happened; how the body looks is decided by the
 * endpoint's error style (`lib/http/styles/`).
 */

export type ErrorOptions = {
  /** The error that led here; it goes to the log, never to the client. */
  cause?: unknown;
  /** Machine-readable details for styles that have a place for them. */
  attributes?: Record<string, unknown>;
  /** Extra response headers, for example `retry-after`. */
  headers?: Record<string, string>;
};

/** An answer other than success. The message is meant for the client. */
export abstract class HttpError extends Error {
  abstract readonly status: number;
  readonly attributes: Record<string, unknown> | undefined;
  readonly headers: Record<string, string> | undefined;

  constructor(message: string, { cause, attributes, headers }: ErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.attributes = attributes;
    this.headers = headers;
  }
}

export class BadRequest extends HttpError {
  readonly status = 400;
}
export class Unauthorized extends HttpError {
  readonly status = 401;
}
export class Forbidden extends HttpError {
  readonly status = 403;
}
export class NotFound extends HttpError {
  readonly status = 404;
}
export class NotAcceptable extends HttpError {
  readonly status = 406;
}
export class Conflict extends HttpError {
  readonly status = 409;
}
export class PayloadTooLarge extends HttpError {
  readonly status = 413;
}
export class UnsupportedMediaType extends HttpError {
  readonly status = 415;
}
export class TooManyRequests extends HttpError {
  readonly status = 429;
}
/** A failure whose text the client is meant to see. Anything that is not an `HttpError` becomes a 500 without one. */
export class ServerError extends HttpError {
  readonly status = 500;
}
export class NotImplemented extends HttpError {
  readonly status = 501;
}

export type ElasticsearchErrorOptions = ErrorOptions & {
  /** Stands beside `type` and `reason`, in `error` and in its root cause. */
  details?: Record<string, unknown>;
  /** `caused_by` of the error, not repeated in the root cause. */
  causedBy?: { type: string; reason: string };
};

/**
 * An error as Elasticsearch reports it: type and reason. Elasticsearch endpoints answer its JSON; Kibana endpoints quote
 * it in one line, because Kibana passes on what its Elasticsearch client says.
 */
export class ElasticsearchError extends HttpError {
  readonly status: number;
  readonly type: string;
  readonly details: Record<string, unknown>;
  readonly causedBy: { type: string; reason: string } | undefined;

  constructor(status: number, type: string, reason: string, options: ElasticsearchErrorOptions = {}) {
    super(reason, options);
    this.status = status;
    this.type = type;
    this.details = options.details ?? {};
    this.causedBy = options.causedBy;
  }

  get reason(): string {
    return this.message;
  }
}

/** Characters that a list of problems may have: no answer carries more, and much more would not even fit the memory. */
const MAX_PROBLEMS_LENGTH = 6 * 1_024 * 1_024;

/**
 * Elasticsearch's way to list what is wrong with a request: every problem numbered, each closed by a semicolon. A list
 * that no answer can carry is a 413, and not cut.
 */
export function validationFailed(type: string, problems: readonly string[]): HttpError {
  const length = problems.reduce((sum, problem) => sum + problem.length, 0);
  if (length > MAX_PROBLEMS_LENGTH) {
    return new PayloadTooLarge(
      `Validation Failed: the texts of ${problems.length} problems are too long for an answer`,
    );
  }
  const numbered = problems.map((problem, index) => `${index + 1}: ${problem};`).join('');
  return new ElasticsearchError(400, type, `Validation Failed: ${numbered}`);
}

/** A large document was replaced between the reading of its row and of its parts. Thrown by `lib/stores` only. */
export class DocumentReplaced extends Conflict {
  constructor() {
    super('The document was replaced while it was read. Read it again.');
  }
}

/**
 * A write whose condition did not hold: somebody else was faster, or the record is there (or gone) already. Thrown by
 * `lib/stores` only; an area turns it into the message its API has for the case, or reads again and retries.
 */
export class WriteConflict extends Error {
  override readonly name = 'WriteConflict';
  /** Position of the write that was refused, in the list given to `write`. */
  readonly index: number;
  /** The record that stood in the way, as it is now; undefined when there is none. */
  readonly found: Record<string, unknown> | undefined;

  constructor(index: number, found: Record<string, unknown> | undefined) {
    super(`write ${index} found ${found === undefined ? 'no record' : 'another version of the record'}`);
    this.index = index;
    this.found = found;
  }
}
