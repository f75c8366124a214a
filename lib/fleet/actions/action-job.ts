import * as z from 'zod';
import { putRows } from '../../stores/bulk.ts';
import { continueJob, finishJob, type Job, jobOf, orderJob } from '../../stores/jobs.ts';
import { key } from '../../stores/keys.ts';
import { read } from '../../stores/read.ts';
import { write } from '../../stores/write.ts';
import { type Action, actionWrite } from './actions.ts';

/**
 * An action's agents, in pages, and the job that applies it to them.
 *
 *   page  pk action#<action>   sk page#<number>   agents: ids as JSON text
 *
 * The pages are written first, then the action and its job in one transaction. The request that ordered a job may work on it
 * itself; the worker leaves it alone until then.
 */
const table = 'Fleet';
export const AGENT_ACTION = 'agent-action';

/** Agents of a page. */
const PAGE = 500;
/** Milliseconds that pages stay: longer than anybody could still work on them. */
const PAGES_KEPT_MS = 30 * 86_400_000;

export const changeOfAction = z.discriminatedUnion('type', [
  z.object({ type: z.literal('UNENROLL'), force: z.boolean() }),
  z.object({ type: z.literal('FORCE_UNENROLL'), force: z.boolean() }),
  z.object({ type: z.literal('UPDATE_TAGS'), tagsToAdd: z.array(z.string()), tagsToRemove: z.array(z.string()) }),
]);
export type ActionChange = z.infer<typeof changeOfAction>;

const details = z.object({
  action: z.string().transform((text) => actionText.parse(JSON.parse(text))),
  /** The page to go on with. */
  page: z.number(),
  pages: z.number(),
  /** Epoch milliseconds until which the request itself works on it. */
  held_until: z.number(),
});
const actionText = z.object({
  action_id: z.string(),
  created_at: z.string(),
  expiration: z.string(),
  namespaces: z.array(z.string()),
  change: changeOfAction,
});
export type AgentAction = z.infer<typeof actionText>;

export type ActionJob = { job: Job; action: AgentAction; page: number; pages: number; held_until: number };

/** What a job of this kind is about. */
export function actionJobOf(job: Job): ActionJob {
  return { job, ...details.parse(job) };
}

function pageKey(actionId: string, page: number) {
  return key(`action#${actionId}`, `page#${String(page).padStart(6, '0')}`);
}

/** Writes down an action's agents, as they come; gives the number of pages. Nothing refers to them yet. */
export async function writePages(actionId: string, agentIds: AsyncIterable<string>, now: Date): Promise<number> {
  const ttl = Math.ceil((now.getTime() + PAGES_KEPT_MS) / 1_000);
  let pages = 0;
  async function* pageRows() {
    for await (const ids of inPages(agentIds)) {
      yield { ...pageKey(actionId, pages), agents: JSON.stringify(ids), ttl };
      pages += 1;
    }
  }
  const { failure } = await putRows(table, pageRows());
  if (failure !== undefined) throw failure;
  return pages;
}

async function* inPages(ids: AsyncIterable<string>): AsyncGenerator<string[]> {
  let page: string[] = [];
  for await (const id of ids) {
    if (page.push(id) < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

const pageRow = z.object({ agents: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))) });

/** The agents of a page. */
export async function readPageOf(actionId: string, page: number): Promise<string[]> {
  const row = await read(table, pageKey(actionId, page));
  return row === undefined ? [] : pageRow.parse(row).agents;
}

/** Makes an action known and orders the job that applies it, in one transaction. */
export async function orderAction(
  { total, type, ...action }: Action,
  change: ActionChange,
  { pages, heldUntil = 0 }: { pages: number; heldUntil?: number },
): Promise<ActionJob> {
  const text: AgentAction = { ...action, change };
  const details = { action: JSON.stringify(text), page: 0, pages, held_until: heldUntil };
  const order = orderJob(AGENT_ACTION, action.action_id, details);
  await write(actionWrite({ ...action, total, type }), order);
  return actionJobOf(jobOf('put' in order ? order.put : {}));
}

/** Leaves a job to the worker, from a page on. */
export function leaveTo(job: Job, page: number): Promise<void> {
  return continueJob(job, { page, held_until: 0 });
}

/** Ends a job. */
export function endJob(job: Job): Promise<void> {
  return finishJob(job);
}
