import { Busboy } from '@fastify/busboy';
import { BadRequest } from '../errors/errors.ts';
import type { ParsedBody, UploadedPart } from './body.ts';
import type { HttpEvent } from './exchange.ts';
import { header } from './request.ts';

const MAX_PARTS = 100;

/** Files and fields of a multipart body, in their order. Only the endpoints that take uploads load this. */
export function parseMultipart(event: HttpEvent, bytes: Buffer): Promise<ParsedBody> {
  return new Promise((resolve, reject) => {
    const malformed = (cause: unknown) => reject(new BadRequest('Invalid multipart payload format', { cause }));
    const parts: UploadedPart[] = [];
    try {
      const contentType = header(event, 'content-type') ?? '';
      const busboy = new Busboy({
        headers: { 'content-type': contentType },
        limits: { parts: MAX_PARTS, fieldSize: bytes.length },
      });
      busboy.on('partsLimit', () => malformed(new Error('too many parts')));
      busboy.on('field', (field, value) => {
        parts.push({ field, filename: undefined, content: Buffer.from(value) });
      });
      busboy.on('file', (field, file, filename) => {
        const chunks: Buffer[] = [];
        const part = { field, filename, content: Buffer.alloc(0) };
        parts.push(part);
        file.on('data', (chunk: Buffer) => chunks.push(chunk));
        file.on('error', malformed);
        file.on('end', () => {
          part.content = Buffer.concat(chunks);
        });
      });
      busboy.on('error', malformed);
      busboy.on('finish', () => resolve({ kind: 'multipart', parts }));
      busboy.end(bytes);
    } catch (error) {
      malformed(error);
    }
  });
}
