import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import { Conflict, HttpError } from '../errors/errors.ts';
import type { JsonObject } from '../json/merge.ts';
import { inLanes } from '../stores/lanes.ts';
import { putAlias } from '../stores/saved-object-aliases.ts';
import { isShareable } from '../stores/saved-object-rows.ts';
import { savedObjectType } from '../stores/saved-object-types.ts';
import { type Actor, createObject, type NewObject } from '../stores/saved-objects.ts';
import type { Caller } from './authorization.ts';
import type { ImportObject } from './import-file.ts';
import { type Failure, type ImportError, type ImportOptions, type ImportPlan, planImport } from './import-plan.ts';
import { metaOf, nameOf } from './saved-object-view.ts';

/** Objects that are written at once. */
const IN_FLIGHT = 8;

const RESOLVABLE = ['conflict', 'ambiguous_conflict', 'missing_references'];

export type ImportContext = {
  caller: Caller;
  actor: Actor;
  newId: () => string;
  /** Epoch milliseconds after which no further object is begun. */
  deadline: number;
};

/** An object of the file, as it is created. */
type Created = { object: ImportObject; request: NewObject };

/**
 * Imports the objects of a file. While something stands in the way that the client could resolve, nothing is written, and
 * the successes are what would be created.
 */
export async function importObjects(file: readonly ImportObject[], options: ImportOptions, context: ImportContext) {
  const objects = file.filter(isImportable);
  const unsupported = file.filter((object) => !isImportable(object));
  const plan = await planImport(objects, options, context);
  const failures: Failure[] = [
    ...unsupported.map((object): Failure => ({ object, error: { type: 'unsupported_type' } })),
    ...plan.failures,
  ];
  const failed = new Set(failures.map(({ object }) => nameOf(object)));
  const requests = objects
    .filter((object) => !failed.has(nameOf(object)))
    .map((object) => ({ object, request: requestOf(object, plan) }));
  const isHalted = failures.some(({ error }) => RESOLVABLE.includes(error.type));
  const problems = isHalted ? new Map<string, ImportError>() : await createAll(requests, options, context);
  const created = requests.filter(({ object }) => !problems.has(nameOf(object)));
  for (const { object } of requests) {
    const error = problems.get(nameOf(object));
    if (error !== undefined) failures.push({ object, error });
  }
  return {
    success: failures.length === 0,
    successCount: created.length,
    warnings: warningsOf(created),
    ...(created.length > 0 && { successResults: created.map((each) => successOf(each, plan, options)) }),
    ...(failures.length > 0 && { errors: failures.map((each) => errorOf(each, plan)) }),
  };
}

function isImportable({ type }: ImportObject): boolean {
  return savedObjectType(type)?.importableAndExportable === true;
}

function requestOf(object: ImportObject, { destinations }: ImportPlan): NewObject {
  const { type, id, attributes, managed, coreMigrationVersion, migrationVersion } = object;
  const typeMigrationVersion = object.typeMigrationVersion ?? migrationVersion?.[type];
  const destination = destinations.get(nameOf(object));
  const registered = savedObjectType(type);
  const origin = destination === undefined ? object.originId : (object.originId ?? id);
  const hasOrigin = registered !== undefined && isShareable(registered) && destination?.forgetOrigin !== true;
  return {
    type,
    id: destination?.id ?? id,
    attributes,
    references: object.references.map((reference) => ({
      ...reference,
      id: destinations.get(nameOf(reference))?.id ?? reference.id,
    })),
    managed,
    ...(hasOrigin && origin !== undefined && { originId: origin }),
    // What is not migrated here keeps its format, so that a later export does not claim a newer one.
    ...(coreMigrationVersion !== undefined && { coreMigrationVersion }),
    ...(typeMigrationVersion !== undefined && { typeMigrationVersion }),
  };
}

/** Creates the objects; gives what went wrong, by name in the file. */
async function createAll(requests: readonly Created[], options: ImportOptions, context: ImportContext) {
  const problems = new Map<string, ImportError>();
  let done = 0;
  await inLanes(IN_FLIGHT, requests, async ({ object, request }) => {
    const problem =
      Date.now() < context.deadline
        ? await create(object.id, request, options, context)
        : unknownError(503, timeIsUp(done));
    if (problem === undefined) done += 1;
    else problems.set(nameOf(object), problem);
  });
  return problems;
}

function timeIsUp(done: number): string {
  return `The time for one request was over after ${done} objects. Import the others again, or split the file.`;
}

function unknownError(statusCode: number, message: string): ImportError {
  return { type: 'unknown', statusCode, error: STATUS_CODES[statusCode] ?? 'Error', message };
}

const anyAttributes = z.record(z.string(), z.unknown());

function importable(type: string): z.ZodType<JsonObject> {
  return savedObjectType(type)?.importable ?? anyAttributes;
}

async function create(
  idInFile: string,
  request: NewObject,
  { overwrite, compatibilityMode }: ImportOptions,
  { actor }: ImportContext,
): Promise<ImportError | undefined> {
  const { type, id, originId } = request;
  const { data: attributes = {}, error: refusal } = importable(type).safeParse(request.attributes);
  const [issue] = refusal?.issues ?? [];
  if (issue !== undefined) return unknownError(400, `[attributes.${issue.path.join('.')}]: ${issue.message}`);
  try {
    const aliases =
      compatibilityMode && originId !== undefined && originId !== id
        ? putAlias(
            { type, id: originId, space: actor.space },
            { targetId: id, purpose: 'savedObjectImport', now: actor.now },
          )
        : [];
    await createObject({ ...request, attributes }, actor, { overwrite, with: aliases });
    return undefined;
  } catch (error) {
    if (error instanceof Conflict) return { type: 'conflict', ...(id !== idInFile && { destinationId: id }) };
    if (error instanceof HttpError) return unknownError(error.status, error.message);
    throw error;
  }
}

function successOf({ object, request }: Created, { overwrites }: ImportPlan, { createNewCopies }: ImportOptions) {
  const { type, id, managed } = object;
  const isMoved = request.id !== id;
  return {
    type,
    id,
    meta: metaOf({ ...object, id: request.id }),
    managed,
    ...(overwrites.has(nameOf(object)) && { overwrite: true }),
    ...(isMoved && { destinationId: request.id }),
    ...(isMoved && request.originId === undefined && !createNewCopies && { createNewCopy: true }),
  };
}

function errorOf({ object, error }: Failure, { overwrites }: ImportPlan) {
  const { type, id, attributes, managed } = object;
  const title = typeof attributes.title === 'string' ? { title: attributes.title } : {};
  const { icon } = metaOf(object);
  return {
    type,
    id,
    ...title,
    meta: { ...title, ...(icon !== undefined && { icon }) },
    error,
    managed,
    ...(overwrites.has(nameOf(object)) && { overwrite: true }),
  };
}

/** Connectors come without their secrets: somebody has to enter them. */
function warningsOf(created: readonly Created[]) {
  const count = created.filter(
    ({ object: { type, attributes } }) => type === 'action' && attributes.isMissingSecrets === true,
  ).length;
  if (count === 0) return [];
  return [
    {
      type: 'action_required',
      message: `${count} ${count === 1 ? 'connector has' : 'connectors have'} sensitive information that require updates.`,
      actionPath: '/app/management/insightsAndAlerting/triggersActionsConnectors',
      buttonLabel: 'Go to connectors',
    },
  ];
}
