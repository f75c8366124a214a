import * as z from 'zod';
import { isObject, type JsonObject } from '../json/merge.ts';

/**
 * Where objects of a type live. `single`: in exactly one space, ids are unique within it. `multiple-isolated`: in one
 * space, but ids are unique over all of them. `multiple`: in several spaces, or in all (`*`). `agnostic`: in no space.
 */
export type NamespaceKind = 'single' | 'multiple-isolated' | 'multiple' | 'agnostic';

export type SavedObjectType = {
  namespaces: NamespaceKind;
  /** Not reachable through the saved-objects API; its own endpoints manage it. */
  hidden?: boolean;
  /** Version of the type's document format that new objects have; absent when the type never changed. */
  migrationVersion?: string;
  /** May leave and come in through `_export` and `_import`. */
  importableAndExportable?: boolean;
  /** Attributes that are stored encrypted and never answered. */
  encrypted?: readonly string[];
  /** Attributes that a secret is bound to: where it is sent. */
  bound?: readonly string[];
  /** For types that are listed apart from their content: what lists show of the attributes. */
  summary?: (attributes: JsonObject) => JsonObject;
  /** How the object is called where objects of all types are listed; absent: by its `title`. */
  title?: (object: { id: string; attributes: JsonObject }) => unknown;
  /** Name of the symbol that Kibana shows beside the title. */
  icon?: string;
  /** What the attributes of an imported object must be, where an area could not bear others. */
  importable?: z.ZodType<JsonObject>;
  /** What `_export` makes of the attributes; secrets are gone already. */
  exported?: (attributes: JsonObject) => JsonObject;
};

const titled = ({ title, description, timeRestore }: JsonObject): JsonObject => ({ title, description, timeRestore });
const named = ({ name }: JsonObject): JsonObject => ({ name });

/** A shareable type of Kibana's own with a title. */
function visible(icon: string, migrationVersion?: string): SavedObjectType {
  return {
    namespaces: 'multiple-isolated',
    ...(migrationVersion !== undefined && { migrationVersion }),
    importableAndExportable: true,
    summary: titled,
    icon,
  };
}

/** The same for types that have a name instead. */
function visibleByName(icon: string, migrationVersion?: string): SavedObjectType {
  return { ...visible(icon, migrationVersion), summary: named, title: ({ attributes }) => attributes.name };
}

/** Connector types that have no secrets. */
const WITHOUT_SECRETS: readonly unknown[] = ['.index', '.server-log'];

const connector = z.looseObject({
  name: z.string(),
  actionTypeId: z.string(),
  config: z.record(z.string(), z.unknown()).default({}),
  isMissingSecrets: z.boolean().default(false),
  secrets: z.record(z.string(), z.unknown()).optional(),
});

/** True for a connector that does not work until somebody enters its secrets again. */
function lacksSecrets({ actionTypeId, config }: JsonObject): boolean {
  return !WITHOUT_SECRETS.includes(actionTypeId) && !(isObject(config) && config.hasAuth === false);
}

/** All types of saved objects. Version numbers are those of Kibana 9.1. */
const types: Record<string, SavedObjectType> = {
  visualization: visible('visualizeApp', '8.5.0'),
  dashboard: { ...visible('dashboardApp', '10.2.0'), importable: z.looseObject({ title: z.string() }) },
  search: visible('discoverApp', '10.6.0'),
  lens: visible('lensApp', '8.9.0'),
  map: visible('gisApp', '8.4.0'),
  links: visible('link'),
  'index-pattern': { ...visible('indexPatternApp', '8.0.0'), namespaces: 'multiple' },
  'event-annotation-group': { ...visible('flag'), namespaces: 'multiple' },
  query: visible('query', '8.0.0'),
  tag: visibleByName('tag', '8.0.0'),
  'canvas-workpad': visibleByName('canvasApp', '8.2.0'),
  'canvas-element': visibleByName('canvasApp'),
  'graph-workspace': visible('graphApp', '8.0.0'),
  url: {
    namespaces: 'single',
    importableAndExportable: true,
    icon: 'link',
    title: ({ id }) => `/goto/${encodeURIComponent(id.toWellFormed())}`,
  },
  config: {
    namespaces: 'single',
    migrationVersion: '8.9.0',
    importableAndExportable: true,
    title: ({ id }) => `Advanced Settings [${id}]`,
  },
  'config-global': {
    namespaces: 'agnostic',
    migrationVersion: '8.9.0',
    importableAndExportable: true,
    title: ({ id }) => `Global Settings [${id}]`,
  },
  action: {
    namespaces: 'multiple-isolated',
    hidden: true,
    migrationVersion: '8.0.0',
    importableAndExportable: true,
    encrypted: ['secrets'],
    bound: ['actionTypeId', 'config'],
    summary: ({ name, actionTypeId, config, isMissingSecrets }) => ({ name, actionTypeId, config, isMissingSecrets }),
    title: ({ attributes }) => `Connector: [${String(attributes.name)}]`,
    importable: connector,
    exported: (attributes) => ({ ...attributes, isMissingSecrets: lacksSecrets(attributes) }),
  },
  // Every type with secrets stands here, whatever area it belongs to: key rotation loads no area.
  'fleet-enrollment-api-keys': {
    namespaces: 'agnostic',
    hidden: true,
    encrypted: ['api_key'],
    bound: ['api_key_id'],
  },
};

/** Adds the types of an area that manages its own objects. Called while the area's module loads. */
export function registerType(name: string, type: SavedObjectType): void {
  types[name] = type;
}

/** A registered type; undefined for unknown names. */
export function savedObjectType(name: string): SavedObjectType | undefined {
  return Object.hasOwn(types, name) ? types[name] : undefined;
}

/** Names of all registered types that satisfy a condition. */
export function typesWhere(condition: (type: SavedObjectType) => boolean): string[] {
  return Object.keys(types).filter((name) => {
    const type = types[name];
    return type !== undefined && condition(type);
  });
}
