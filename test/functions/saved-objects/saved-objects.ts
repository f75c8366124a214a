import { beforeAll } from 'vitest';
import { type Actor, createObject, type NewObject } from '../../../lib/stores/saved-objects.ts';
import { storeIsReady } from '../../support/callers.ts';
import { type CallResult, kibana, type Options } from '../../support/kibana.ts';

/** Status and body: what most tests compare. */
export const shown = ({ status, body }: Pick<CallResult, 'status' | 'body'>) => ({ status, body });

export const core = (status: number, error: string, message: unknown, more: object = {}) => ({
  status,
  body: { statusCode: status, error, message, ...more },
});
export const badRequest = (message: unknown, attributes?: object) =>
  core(400, 'Bad Request', message, attributes && { attributes });
export const forbidden = (message: string) => core(403, 'Forbidden', message);

export const reference = (type: string, id: string, name = `${type}-${id}`) => ({ name, type, id });

const inSpace = (space: string) => (space === 'default' ? '' : `/s/${space}`);

/** The saved-objects API, and a way to put objects past it. */
export function savedObjects() {
  const { call, send } = kibana();
  beforeAll(async () => {
    await storeIsReady();
  });

  const given = (type: string, id: string, more: Partial<NewObject & Actor> = {}) =>
    createObject(
      { type, id, attributes: { title: `The ${id}` }, ...more },
      { space: more.space ?? 'default', now: more.now ?? new Date() },
    );

  /** Imports lines; objects are written as JSON. */
  function importLines(
    lines: unknown[],
    {
      query = '',
      space = 'default',
      filename = 'export.ndjson',
      ...options
    }: Options & { query?: string; space?: string; filename?: string } = {},
  ) {
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    return call(`POST ${inSpace(space)}/api/saved_objects/_import${query}`, {
      ...options,
      ...multipart([{ name: 'file', filename, content: text }]),
    });
  }

  async function exported(body: object, { space = 'default', ...options }: Options & { space?: string } = {}) {
    const answer = await call(`POST ${inSpace(space)}/api/saved_objects/_export`, { ...options, body });
    const lines =
      answer.status === 200 && answer.text !== '' ? answer.text.split('\n').map((line) => JSON.parse(line)) : [];
    return { ...answer, lines };
  }

  const resolve = (type: string, id: string, { space = 'default', ...options }: Options & { space?: string } = {}) =>
    call(`GET ${inSpace(space)}/api/saved_objects/resolve/${type}/${encodeURIComponent(id)}`, options);

  return { call, send, given, importLines, exported, resolve };
}

export type Part = { name: string; filename?: string; content: string };

export function multipart(parts: Part[]) {
  const boundary = 'b0undary';
  const text = parts.map(({ name, filename, content }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"\r\nContent-Type: application/ndjson`;
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${content}\r\n`;
  });
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.from(`${text.join('')}--${boundary}--\r\n`),
  };
}
