import { isObject } from '../../json/merge.ts';
import type { Agent } from './agents.ts';

/** The version that agents can be brought to: there is no registry of others. */
const LATEST = '9.1.0';
/** Milliseconds after an upgrade in which the next one is not offered. */
const PAUSE_MS = 600_000;

/** Whether an agent could be upgraded: it says so, and its version is not the latest. */
export function isUpgradeable(agent: Agent, now: Date): boolean {
  const { elastic } = agent.facts;
  const reported = isObject(elastic) && isObject(elastic.agent) ? elastic.agent : {};
  if (reported.upgradeable !== true || !agent.active || agent.unenrollment_started_at !== undefined) return false;
  if (typeof agent.upgrade_started_at === 'string' && typeof agent.upgraded_at !== 'string') return false;
  if (typeof agent.upgraded_at === 'string' && now.getTime() - Date.parse(agent.upgraded_at) < PAUSE_MS) return false;
  return isOlder(typeof reported.version === 'string' ? reported.version : agent.agent_version, LATEST);
}

/** Compares `major.minor.patch`; what is no number counts as 0. */
export function isOlder(one: string, other: string): boolean {
  const [left, right] = [numbersOf(one), numbersOf(other)];
  for (const [index, number] of left.entries()) {
    const against = right[index] ?? 0;
    if (number !== against) return number < against;
  }
  return false;
}

function numbersOf(version: string): number[] {
  return [0, 1, 2].map((index) => Number.parseInt(version.split('.')[index] ?? '', 10) || 0);
}
