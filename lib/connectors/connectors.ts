import * as z from 'zod';
import { BadRequest, Forbidden, NotFound } from '../errors/errors.ts';
import type { JsonObject } from '../json/merge.ts';
import { type Principal, profileUid } from '../security/principal.ts';
import { hasApiPrivilege, mayUseSavedObjects } from '../security/privileges.ts';
import {
  createObject,
  deleteObject,
  getDecrypted,
  getObject,
  listObjects,
  type SavedObject,
  updateObject,
} from '../stores/saved-objects.ts';
import type { ConnectorType } from './connector-type.ts';
import { connectorTypes } from './registry.ts';
import { InvalidConnector } from './validation.ts';

/** Connectors: saved objects of this type, each in one space. */
const TYPE = 'action';

const attributes = z.object({
  name: z.string(),
  actionTypeId: z.string(),
  config: z.record(z.string(), z.unknown()).default({}),
  isMissingSecrets: z.boolean().default(false),
  // Free of a schema here: each connector type has its own.
  secrets: z.unknown().optional(),
});

/** A connector as it is stored. Secrets are there only where they were asked for. */
export type Connector = z.output<typeof attributes> & { id: string };

export type Where = { id: string; space: string };
export type Caller = { space: string; principal: Principal };

/** A connector as the API shows it. */
export const connectorView = z.object({
  id: z.string(),
  name: z.string(),
  config: z.record(z.string(), z.unknown()),
  connector_type_id: z.string(),
  is_preconfigured: z.literal(false),
  is_deprecated: z.boolean(),
  is_missing_secrets: z.boolean(),
  is_system_action: z.literal(false),
});
export type ConnectorView = z.output<typeof connectorView>;

function viewOf({ id, name, actionTypeId, config, isMissingSecrets }: Connector): ConnectorView {
  return {
    id,
    name,
    config,
    connector_type_id: actionTypeId,
    is_preconfigured: false,
    is_deprecated: findType(actionTypeId)?.isDeprecated(config) ?? false,
    is_missing_secrets: isMissingSecrets,
    is_system_action: false,
  };
}

function connectorOf({ id, attributes: stored }: Pick<SavedObject, 'id' | 'attributes'>): Connector {
  return { id, ...attributes.parse(stored) };
}

function findType(id: string, types: readonly ConnectorType[] = connectorTypes): ConnectorType | undefined {
  return types.find((type) => type.id === id);
}

/** @throws BadRequest for a type that does not exist */
export function typeOf(id: string, types?: readonly ConnectorType[]): ConnectorType {
  const type = findType(id, types);
  if (type === undefined) throw new BadRequest(`Action type "${id}" is not registered.`);
  return type;
}

type Operation = 'create' | 'get' | 'update' | 'delete' | 'find' | 'execute';

function isAllowed({ principal, space }: Caller, operation: Operation): boolean {
  switch (operation) {
    case 'get':
    case 'find':
      return mayUseSavedObjects(principal, space, TYPE, 'read');
    case 'execute':
      return (
        mayUseSavedObjects(principal, space, TYPE, 'read') &&
        mayUseSavedObjects(principal, space, 'action_task_params', 'write') &&
        hasApiPrivilege(principal, space, 'actions:execute-basic-connectors')
      );
    default:
      return mayUseSavedObjects(principal, space, TYPE, 'write');
  }
}

function requireAllowed(caller: Caller, operation: Operation, typeId?: string): void {
  if (isAllowed(caller, operation)) return;
  throw new Forbidden(`Unauthorized to ${operation} ${typeId === undefined ? 'actions' : `a "${typeId}" action`}`);
}

/** System connectors belong to Kibana itself; nobody creates, changes, deletes or runs them by hand. */
const SYSTEM_PREFIX = 'system-connector-';
const SYSTEM_TYPES = ['.cases', '.observability-ai-assistant'];

export function isSystemConnector(id: string): boolean {
  return id.startsWith(SYSTEM_PREFIX);
}

export type NewConnector = {
  id: string;
  name: string;
  connector_type_id: string;
  config: JsonObject;
  secrets: JsonObject;
};

/** Creates a connector. @throws Forbidden, BadRequest for a type, config or secrets that are not right, Conflict */
export async function createConnector(request: NewConnector, caller: Caller, now: Date): Promise<ConnectorView> {
  const { id, name, connector_type_id: typeId } = request;
  requireAllowed(caller, 'create', typeId);
  if (isSystemConnector(id) || SYSTEM_TYPES.includes(typeId)) {
    throw new BadRequest(`System action creation is forbidden. Action type: ${typeId}.`);
  }
  const { config, secrets } = validated(typeOf(typeId), request);
  const object = await createObject(
    { type: TYPE, id, attributes: { actionTypeId: typeId, name, isMissingSecrets: false, config, secrets } },
    { space: caller.space, now, profileUid: profileUid(caller.principal) },
  );
  return viewOf(connectorOf(object));
}

export type ConnectorChange = Pick<NewConnector, 'name' | 'config' | 'secrets'>;

/** Replaces name, config and secrets of a connector. Its type stays. @throws Forbidden, NotFound, BadRequest, Conflict */
export async function updateConnector(
  id: string,
  change: ConnectorChange,
  caller: Caller,
  now: Date,
): Promise<ConnectorView> {
  requireAllowed(caller, 'update');
  if (isSystemConnector(id)) throw new BadRequest(`System action ${id} can not be updated.`);
  const object = await updateObject(
    { type: TYPE, id, space: caller.space },
    (was) => {
      const { actionTypeId } = connectorOf(was);
      const { config, secrets } = validated(typeOf(actionTypeId), change);
      return { attributes: { ...was.attributes, name: change.name, isMissingSecrets: false, config, secrets } };
    },
    { now, profileUid: profileUid(caller.principal) },
  );
  return viewOf(connectorOf(object));
}

function validated(type: ConnectorType, { config, secrets }: Pick<NewConnector, 'config' | 'secrets'>) {
  try {
    return type.validate(config, secrets);
  } catch (error) {
    if (error instanceof InvalidConnector) throw new BadRequest(error.message, { cause: error });
    throw error;
  }
}

/** @throws Forbidden, NotFound */
export async function getConnector(id: string, caller: Caller): Promise<ConnectorView> {
  requireAllowed(caller, 'get');
  if (isSystemConnector(id)) throw new NotFound(`Connector ${id} not found`);
  return viewOf(connectorOf(await getObject({ type: TYPE, id, space: caller.space })));
}

/** @throws Forbidden, NotFound, BadRequest for system connectors */
export async function deleteConnector(id: string, caller: Caller): Promise<void> {
  requireAllowed(caller, 'delete');
  if (isSystemConnector(id)) throw new BadRequest(`System action ${id} is not allowed to delete.`);
  await deleteObject({ type: TYPE, id, space: caller.space });
}

/** All connectors of the space, by name. @throws Forbidden */
export async function listConnectors(caller: Caller): Promise<ConnectorView[]> {
  requireAllowed(caller, 'find');
  const found: ConnectorView[] = [];
  for await (const object of listObjects(TYPE, caller.space)) found.push(viewOf(connectorOf(object)));
  return found.sort((one, other) => one.name.localeCompare(other.name));
}

/** A connector with its secrets, for a run. @throws Forbidden (also for unknown ids), NotFound */
export async function connectorToRun(id: string, caller: Caller): Promise<Connector> {
  const where = { type: TYPE, id, space: caller.space };
  if (!isAllowed(caller, 'execute')) requireAllowed(caller, 'execute', await typeIdOf(where));
  return connectorOf(await getDecrypted(where));
}

async function typeIdOf(where: Parameters<typeof getObject>[0]): Promise<string | undefined> {
  try {
    return connectorOf(await getObject(where)).actionTypeId;
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
