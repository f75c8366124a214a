import { Conflict, Forbidden, HttpError, WriteConflict } from '../errors/errors.ts';
import type { Actor } from './author.ts';
import type { SavedTimeline, Timeline } from './timeline-fields.ts';
import { createTimeline, findTemplate, findTimeline, updateTimeline, withChildren } from './timelines.ts';

/** Kibana's refusal of a request that asks one method for the other's work. */
export class MethodNotAllowed extends HttpError {
  readonly status = 405;
}

const CREATE_TEMPLATE = 'You cannot update Timeline templates with POST. Use PATCH instead.';

export type NewTimeline = {
  timeline: SavedTimeline;
  /** What exists already cannot be created; naming it is how clients find out. */
  timelineId?: string | undefined;
};

/** Creates a timeline, or a template with an id of its own. @throws MethodNotAllowed, Forbidden */
export async function createNewTimeline({ timeline, timelineId }: NewTimeline, actor: Actor): Promise<Timeline> {
  checkTitle(timeline);
  const { templateTimelineId, templateTimelineVersion } = timeline;
  const isTemplate = timeline.timelineType === 'template';
  const [standing, template] = await existing(actor.space, timelineId, templateTimelineId, isTemplate);
  if (isTemplate && template !== undefined) throw new MethodNotAllowed(CREATE_TEMPLATE);
  if (isTemplate && (templateTimelineVersion === undefined || templateTimelineVersion === null)) {
    throw new Forbidden('You must provide a valid templateTimelineVersion value. Use 1 for new Timeline templates.');
  }
  if (standing !== undefined) {
    throw new MethodNotAllowed(
      isTemplate ? CREATE_TEMPLATE : 'You cannot update timelines with POST. Use PATCH instead.',
    );
  }
  try {
    const ownId = isTemplate ? { templateTimelineId: templateTimelineId ?? actor.newId() } : {};
    return await createTimeline({ ...timeline, ...ownId }, actor);
  } catch (error) {
    // Somebody created a template of this id meanwhile.
    if (error instanceof WriteConflict) throw new MethodNotAllowed(CREATE_TEMPLATE, { cause: error });
    throw error;
  }
}

function existing(
  space: string,
  timelineId: string | undefined,
  templateId: string | null | undefined,
  isTemplate: boolean,
): Promise<[Timeline | undefined, Timeline | undefined]> {
  return Promise.all([
    timelineId === undefined ? undefined : findTimeline(space, timelineId),
    isTemplate && templateId ? findTemplate(space, templateId) : undefined,
  ]);
}

/** Only a draft may do without a title. */
function checkTitle({ status, title }: SavedTimeline): void {
  if (status !== 'draft' && !title) throw new MethodNotAllowed('The title field cannot be empty.');
}

export type TimelineChange = {
  timelineId: string | undefined;
  /** What the client has read; null fits no timeline that stands. */
  version: string | null;
  timeline: SavedTimeline;
};

/** Changes a timeline or a template. @throws MethodNotAllowed, Forbidden, Conflict */
export async function changeTimeline(
  { timelineId, version, timeline }: TimelineChange,
  actor: Actor,
): Promise<Timeline> {
  checkTitle(timeline);
  const { templateTimelineId, templateTimelineVersion } = timeline;
  const isTemplate = timeline.timelineType === 'template';
  const [standing, template] = await existing(actor.space, timelineId, templateTimelineId, isTemplate);
  const changed = isTemplate ? (template ?? standing) : standing;
  if (changed?.status === 'immutable') {
    throw new Forbidden('You are not allowed to set the status field value to immutable.');
  }
  if (changed !== undefined && changed.timelineType !== (timeline.timelineType ?? changed.timelineType)) {
    throw new Forbidden('You cannot convert a Timeline template to a timeline, or a timeline to a Timeline template.');
  }
  // Who names a template's version means a template by its own id, also where the timeline's id leads to one.
  const namesVersion = templateTimelineVersion !== undefined && templateTimelineVersion !== null;
  if (isTemplate && template === undefined && namesVersion) {
    throw new MethodNotAllowed(
      'You cannot create new Timeline templates with PATCH. Use POST instead (templateTimelineId does not exist).',
    );
  }
  if (changed === undefined) {
    throw new MethodNotAllowed('You cannot create new timelines with PATCH. Use POST instead.');
  }
  if (standing !== undefined && template !== undefined && standing.savedObjectId !== template.savedObjectId) {
    throw new Conflict('There are no Timeline templates that match the provided templateTimelineId.');
  }
  const conflict = () => new Conflict(isTemplate ? TEMPLATE_CONFLICT : TIMELINE_CONFLICT);
  if (version !== changed.version) throw conflict();
  const { timelineType } = changed;
  // A template's own id leads to it, and stays.
  const fixed = { timelineType, templateTimelineId: changed.templateTimelineId };
  const id = changed.savedObjectId;
  try {
    return await withChildren(await updateTimeline(id, { ...timeline, ...fixed }, version, actor), actor);
  } catch (error) {
    if (error instanceof Conflict) throw conflict();
    throw error;
  }
}

const TIMELINE_CONFLICT =
  'Timeline version conflict. The provided timelineVersion does not match the current timeline.';
const TEMPLATE_CONFLICT =
  'Timeline template version conflict. The provided templateTimelineVersion does not match the current template.';
