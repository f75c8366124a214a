/** Kinds of entities that the store knows, in the order of their shapes. */
export const entityTypes = ['user', 'host', 'service', 'generic'] as const;
export type EntityType = (typeof entityTypes)[number];

export const criticalityLevels = ['low_impact', 'medium_impact', 'high_impact', 'extreme_impact'] as const;
export const riskLevels = ['Unknown', 'Low', 'Moderate', 'High', 'Critical'] as const;

/** What a field holds. `object` is the one field whose content is free. */
export type FieldKind =
  | 'string'
  | 'strings'
  | 'string or strings'
  | 'boolean'
  | 'number'
  | 'percentage'
  | 'datetime'
  | 'risk level'
  | 'criticality level'
  | 'object';

/**
 * Who may change a field. `open`: every update. `protected`: only an update with `force`. `foreign`: the store's own
 * definition does not have it, so that an update without `force` may not even name it.
 */
export type FieldAccess = 'open' | 'protected' | 'foreign';

export type EntityField = {
  path: string;
  kind: FieldKind;
  /** The types whose shape has the field. */
  of: readonly EntityType[];
  access: FieldAccess;
  /** The types that the field identifies: their updates may always name it. */
  identifies: readonly EntityType[];
};

type More = { of?: readonly EntityType[]; identifies?: readonly EntityType[] };

function fields(access: FieldAccess, kind: FieldKind, paths: readonly string[], more: More = {}): EntityField[] {
  const { of = entityTypes, identifies = [] } = more;
  return paths.map((path) => ({ path, kind, of, access, identifies }));
}

/** Every name under a common path: `under('a', ['b'])` is `['a.b']`. */
function under(path: string, names: readonly string[]): string[] {
  return names.map((name) => `${path}.${name}`);
}

function risk(access: FieldAccess, path: string, more: More = {}): EntityField[] {
  return [
    ...fields(access, 'risk level', [`${path}.calculated_level`], more),
    ...fields(access, 'number', [`${path}.calculated_score`], more),
    ...fields(access, 'percentage', [`${path}.calculated_score_norm`], more),
  ];
}

const relationships = [
  'communicates_with',
  'depends_on',
  'owns',
  'owns_inferred',
  'accesses_frequently',
  'accesses_infrequently',
  'supervises',
  'administrators',
];
const identifiers = ['entity_id', 'host_id', 'user_id', 'email', 'hostname', 'username'];

const user: More = { of: ['user'] };
const host: More = { of: ['host'] };
const service: More = { of: ['service'] };
const generic: More = { of: ['generic'] };

/**
 * Every field that an entity can have. Validation, what an update may change, and the types that filters compare by are
 * all read from this one table.
 */
export const entityFields: readonly EntityField[] = [
  ...fields('foreign', 'datetime', ['@timestamp']),

  ...fields('protected', 'string', ['entity.id'], { identifies: entityTypes }),
  ...fields('protected', 'string', under('entity', ['name', 'type', 'sub_type', 'url'])),
  ...fields('foreign', 'string', ['entity.schema_version', 'entity.EngineMetadata.Type']),
  ...fields('protected', 'strings', ['entity.source']),
  ...fields('open', 'strings', under('entity.attributes', ['watchlists', 'granted_permissions', 'known_redirect'])),
  ...fields('open', 'boolean', under('entity.attributes', ['asset', 'managed', 'mfa_enabled'])),
  ...fields('open', 'string', under('entity.attributes', ['storage_class', 'oauth_consent_restriction'])),
  ...fields('open', 'strings', under('entity.behaviors', ['rule_names', 'anomaly_job_ids'])),
  ...fields('protected', 'datetime', under('entity.lifecycle', ['first_seen', 'last_seen', 'last_activity'])),
  ...relationships.flatMap((name) => fields('open', 'strings', under(`entity.relationships.${name}`, identifiers))),
  ...fields('open', 'string', ['entity.relationships.resolution.resolved_to']),
  ...risk('open', 'entity.relationships.resolution.risk'),
  ...risk('protected', 'entity.risk'),

  ...fields(
    'protected',
    'string',
    under('asset', ['id', 'name', 'owner', 'serial_number', 'model', 'vendor', 'environment', 'business_unit']),
  ),
  ...fields('protected', 'criticality level', ['asset.criticality']),

  ...fields('protected', 'string', ['user.name'], { ...user, identifies: ['user'] }),
  ...fields('protected', 'strings', under('user', ['domain', 'id', 'email']), { ...user, identifies: ['user'] }),
  ...fields('protected', 'strings', under('user', ['full_name', 'roles', 'hash']), user),
  ...risk('foreign', 'user.risk', user),

  ...fields('protected', 'string', ['host.name'], { ...host, identifies: ['host'] }),
  ...fields('protected', 'strings', ['host.hostname'], { ...host, identifies: ['host'] }),
  ...fields('protected', 'strings', ['host.id'], { ...host, identifies: ['host', 'user'] }),
  ...fields('protected', 'strings', under('host', ['domain', 'ip', 'type', 'mac', 'architecture']), host),
  ...fields('protected', 'string or strings', under('host.os', ['name', 'type']), host),
  ...fields('protected', 'string', under('host.os', ['family', 'full', 'kernel', 'platform', 'version']), host),
  ...risk('foreign', 'host.risk', host),

  ...fields('protected', 'string', ['service.name'], { ...service, identifies: ['service'] }),
  ...fields(
    'protected',
    'string',
    under('service', ['address', 'environment', 'ephemeral_id', 'id', 'state', 'type', 'version']),
    service,
  ),
  ...fields('protected', 'string', under('service.node', ['name', 'role']), service),
  ...fields('protected', 'strings', ['service.node.roles'], service),
  ...risk('foreign', 'service.risk', service),

  ...fields(
    'protected',
    'string',
    under('cloud', [
      'account.id',
      'account.name',
      'availability_zone',
      'instance.id',
      'instance.name',
      'machine.type',
      'project.id',
      'project.name',
      'provider',
      'region',
      'service.name',
    ]),
    generic,
  ),
  ...fields(
    'protected',
    'string',
    under('orchestrator', [
      'api_version',
      'cluster.id',
      'cluster.name',
      'cluster.url',
      'cluster.version',
      'namespace',
      'organization',
      'resource.annotation',
      'resource.id',
      'resource.ip',
      'resource.label',
      'resource.name',
      'resource.parent.type',
      'resource.type',
      'type',
    ]),
    generic,
  ),

  ...fields('foreign', 'object', ['labels']),
  ...fields('foreign', 'strings', ['tags']),
  ...fields('foreign', 'datetime', ['event.ingested']),
];
