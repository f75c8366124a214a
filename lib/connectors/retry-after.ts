/** Seconds beyond which a service's wish is no date any more. */
const LONGEST = 1_000_000_000;

/** When a service that limits its callers wants to be asked again; undefined when its headers do not tell. */
export function retryAfter(headers: Readonly<Record<string, string | undefined>>, now: Date): Date | undefined {
  const text = headers['retry-after'] ?? '';
  if (!/^\d+$/.test(text)) return undefined;
  const seconds = Number(text);
  return seconds > LONGEST ? undefined : new Date(now.getTime() + seconds * 1_000);
}
