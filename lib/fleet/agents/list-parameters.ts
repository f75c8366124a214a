import * as z from 'zod';
import type { Position } from './agent-order.ts';

const position = z.array(z.union([z.string(), z.number(), z.null()])).min(1);

/** The position that a client sends back as JSON text; undefined when it is none. */
export function readSearchAfter(text: string): Position | undefined {
  try {
    return position.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * The point in time of a list. Nothing is held back for one: it is a name that clients may send again, and what they read
 * is always what stands.
 */
export function readPit(
  { openPit, pitId }: { openPit?: boolean | undefined; pitId?: string | undefined },
  now: Date,
): string | undefined {
  if (pitId !== undefined && pitId !== '') return pitId;
  return openPit === true ? Buffer.from(JSON.stringify([now.toISOString()])).toString('base64') : undefined;
}
