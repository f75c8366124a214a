import type { JsonObject } from './merge.ts';

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
};

const titled = ({ title, description, timeRestore }: JsonObject): JsonObject => ({ title, description, timeRestore });

/** All types of saved objects. Version numbers are those of Kibana 9.1. */
const types: Record<string, SavedObjectType> = {
  visualization: {
    namespaces: 'multiple-isolated',
    migrationVersion: '8.5.0',
    importableAndExportable: true,
    summary: titled,
  },
  dashboard: {
    namespaces: 'multiple-isolated',
    migrationVersion: '10.2.0',
    importableAndExportable: true,
    summary: titled,
  },
  search: {
    namespaces: 'multiple-isolated',
    migrationVersion: '10.6.0',
    importableAndExportable: true,
    summary: titled,
  },
  lens: { namespaces: 'multiple-isolated', migrationVersion: '8.9.0', importableAndExportable: true, summary: titled },
  map: { namespaces: 'multiple-isolated', migrationVersion: '8.4.0', importableAndExportable: true, summary: titled },
  links: { namespaces: 'multiple-isolated', importableAndExportable: true, summary: titled },
  'index-pattern': {
    namespaces: 'multiple',
    migrationVersion: '8.0.0',
    importableAndExportable: true,
    summary: titled,
  },
  'event-annotation-group': { namespaces: 'multiple', importableAndExportable: true, summary: titled },
  query: { namespaces: 'multiple-isolated', migrationVersion: '8.0.0', importableAndExportable: true, summary: titled },
  tag: {
    namespaces: 'multiple-isolated',
    migrationVersion: '8.0.0',
    importableAndExportable: true,
    summary: ({ name }) => ({ name }),
  },
  'canvas-workpad': {
    namespaces: 'multiple-isolated',
    migrationVersion: '8.2.0',
    importableAndExportable: true,
    summary: ({ name }) => ({ name }),
  },
  'canvas-element': {
    namespaces: 'multiple-isolated',
    importableAndExportable: true,
    summary: ({ name }) => ({ name }),
  },
  'graph-workspace': {
    namespaces: 'multiple-isolated',
    migrationVersion: '8.0.0',
    importableAndExportable: true,
    summary: titled,
  },
  url: { namespaces: 'single', importableAndExportable: true },
  config: { namespaces: 'single', migrationVersion: '8.9.0', importableAndExportable: true },
  'config-global': { namespaces: 'agnostic', migrationVersion: '8.9.0', importableAndExportable: true },
  action: {
    namespaces: 'multiple-isolated',
    hidden: true,
    migrationVersion: '8.0.0',
    importableAndExportable: true,
    encrypted: ['secrets'],
    bound: ['actionTypeId', 'config'],
    summary: ({ name, actionTypeId, config, isMissingSecrets }) => ({ name, actionTypeId, config, isMissingSecrets }),
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
