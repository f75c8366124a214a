import * as z from 'zod';
import { readPage } from '../../stores/read.ts';
import { inactivityTimeouts } from '../policies.ts';
import { matchingAgents } from './agent-filter.ts';
import { TAGS } from './agent-index.ts';
import { DAY_MS, nameInKey, spanOf } from './agent-keys.ts';
import { inactiveBefore, statusOf, type Timeouts } from './agent-status.ts';
import { findAgent, table } from './agents.ts';

export type TagsRequest = { kuery?: string | undefined; showInactive: boolean };

const MAX_TAGS = 10_000;

/**
 * Distinct tags of the agents of all spaces. Without KQL it costs by the number of tags and policies, not of agents.
 *
 * @throws BadRequest when the KQL is malformed
 */
export async function agentTags({ kuery = '', showInactive }: TagsRequest, now: Date): Promise<string[]> {
  const timeouts = await inactivityTimeouts();
  const tags = new Set<string>();
  if (kuery.trim() === '') {
    for await (const tag of indexedTags(showInactive, timeouts, now)) {
      tags.add(tag);
      if (tags.size >= MAX_TAGS) break;
    }
  } else {
    for await (const agent of matchingAgents({ kuery, showInactive }, timeouts, now)) {
      for (const tag of agent.tags) if (tags.size < MAX_TAGS) tags.add(tag);
    }
  }
  return [...tags].sort((one, other) => one.toLowerCase().localeCompare(other.toLowerCase()));
}

const tagRow = z.object({ sk: z.string(), tag: z.string(), id: z.string(), day: z.number(), policy_id: z.string() });
type TagRow = z.infer<typeof tagRow>;

/** After everything that begins with the same text. */
const BEYOND = '\u{10ffff}';

/** Jumps from tag to tag, and under a tag from policy to policy until one has an agent that counts. */
async function* indexedTags(showInactive: boolean, timeouts: Timeouts, now: Date): AsyncGenerator<string> {
  let row = await firstAfter(undefined);
  while (row !== undefined) {
    const { tag, policy_id } = row;
    const inTag = `${nameInKey(tag)}#`;
    if (showInactive || (await hasAgentThatCounts(row, timeouts, now))) {
      yield tag;
      row = await firstAfter(`${inTag}${BEYOND}`);
    } else row = await firstAfter(`${inTag}${nameInKey(policy_id)}#${BEYOND}`);
  }
}

async function firstAfter(after: string | undefined): Promise<TagRow | undefined> {
  const { rows } = await readPage({ table, pk: TAGS, limit: 1, ...(after !== undefined && { after }) });
  return rows[0] && tagRow.parse(rows[0]);
}

/** Rows of a tag and policy that are looked at together where days do not decide. */
const PAGE = 100;

/**
 * Whether any agent of the tag and policy is not inactive, beginning with the row of the one heard of on the latest day. Agents
 * are read only on the day in which the limit falls.
 */
async function hasAgentThatCounts(first: TagRow, timeouts: Timeouts, now: Date): Promise<boolean> {
  const limit = inactiveBefore(first.policy_id, timeouts, now);
  if (limit === undefined) return true;
  const prefix = `${nameInKey(first.tag)}#${nameInKey(first.policy_id)}#`;
  let rows: TagRow[] = [first];
  while (rows.length > 0) {
    for (const row of rows) {
      // Every agent of this day and of all days before is inactive.
      if ((row.day + 1) * DAY_MS <= limit) return false;
      const { from, to } = spanOf(row.id, row.day);
      if (from >= limit) return true;
      if (to <= limit) continue;
      const agent = await findAgent(row.id);
      if (agent !== undefined && statusOf(agent, timeouts, now) !== 'inactive') return true;
    }
    const last = rows.at(-1)?.sk ?? '';
    const page = await readPage({ table, pk: TAGS, prefix, after: last, limit: PAGE });
    rows = page.rows.map((row) => tagRow.parse(row));
  }
  return false;
}
