import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { PayloadTooLarge } from '../../errors/errors.ts';
import type { Answer, HttpEvent, Middleware, Step } from '../exchange.ts';
import { limits } from '../limits.ts';
import { header } from '../request.ts';
import { core } from '../styles/core.ts';
import type { ErrorStyle } from '../styles/style.ts';

/**
 * Makes the body whole and, where the client takes it, gzips it from 1 KB on. An answer that does not fit Lambda's limit
 * even then is a 413, never a cut body.
 *
 * @param errors words the 413 when what does not fit is itself the answer to an error
 */
export function compress({ errors = core }: { errors?: ErrorStyle } = {}): Middleware {
  const compressAfter = async ({ event, response }: Step): Promise<void> => {
    if (response?.body === undefined) return;
    const chunks = typeof response.body === 'string' ? [response.body] : response.body;
    if (!acceptsGzip(event)) {
      response.body = await joined(chunks);
    } else if (typeof response.body === 'string' && Buffer.byteLength(response.body) < limits.compressFromBytes) {
      vary(response);
    } else {
      response.body = await gzipped(chunks);
      response.isBase64Encoded = true;
      response.headers = { ...response.headers, 'content-encoding': 'gzip' };
      vary(response);
    }
  };
  // Nothing after this turns errors into answers.
  const compressOnError = async (step: Step): Promise<void> => {
    try {
      await compressAfter(step);
    } catch (error) {
      if (!(error instanceof PayloadTooLarge)) throw error;
      step.response = errors.render(error);
    }
  };
  return { after: compressAfter, onError: compressOnError };
}

function vary(response: Answer): void {
  response.headers = { ...response.headers, vary: 'accept-encoding' };
}

function acceptsGzip(event: HttpEvent): boolean {
  const encodings = (header(event, 'accept-encoding') ?? '').toLowerCase().split(',');
  return encodings.some((encoding) => /^\s*(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/.test(encoding));
}

async function joined(chunks: Iterable<string> | AsyncIterable<string>): Promise<string> {
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    // JSON escapes what Lambda returns, so the body weighs more than its text; quotes and line feeds count double.
    bytes += Buffer.byteLength(chunk) + escapesIn(chunk);
    if (bytes > limits.answerBytes) throw answerTooLarge();
    parts.push(chunk);
  }
  return parts.join('');
}

function escapesIn(text: string): number {
  let escapes = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x22 || code === 0x5c || code === 0x0a || code === 0x0d || code === 0x09) escapes += 1;
    else if (code < 0x20) escapes += 5;
  }
  return escapes;
}

async function gzipped(chunks: Iterable<string> | AsyncIterable<string>): Promise<string> {
  const gzip = Readable.from(chunks).compose(createGzip());
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of gzip) {
    bytes += part.length;
    if ((bytes * 4) / 3 > limits.answerBytes) throw answerTooLarge();
    parts.push(part);
  }
  return Buffer.concat(parts).toString('base64');
}

/** The refusal of an answer that Lambda would not hand on. */
export function answerTooLarge(): PayloadTooLarge {
  return new PayloadTooLarge(
    `The response is larger than ${limits.answerBytes} bytes. Ask for less, or accept gzip if you do not.`,
  );
}
