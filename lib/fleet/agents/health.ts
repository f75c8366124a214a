import { isObject } from '../../json/merge.ts';

const UNHEALTHY = ['FAILED', 'DEGRADED'];

/** What an agent's components say is unhealthy: inputs, outputs, or components without a unit that says more. */
export function unhealthyReasons(components: readonly unknown[]): string[] | null {
  const unhealthy = components.filter(isUnhealthy);
  if (unhealthy.length === 0) return null;
  const units = unhealthy.flatMap(({ units }) => (Array.isArray(units) ? units.filter(isUnhealthy) : []));
  const types = new Set(units.map(({ type }) => type).filter((type) => type === 'input' || type === 'output'));
  return types.size === 0 ? ['other'] : [...types].map(String).sort();
}

function isUnhealthy(part: unknown): part is Record<string, unknown> {
  return isObject(part) && UNHEALTHY.includes(String(part.status));
}
