import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { Forbidden } from '../errors/errors.ts';
import { isObject, mergeObjects } from '../json/merge.ts';
import { holdsCluster } from '../security/cluster-privileges.ts';
import { type Principal, profileUid } from '../security/principal.ts';
import { type Key, key } from '../stores/keys.ts';
import { read } from '../stores/read.ts';
import { retryOnConflict } from '../stores/retry-on-conflict.ts';
import { registerType } from '../stores/saved-object-types.ts';
import { createObject, updateObject } from '../stores/saved-objects.ts';

/**
 * The settings of a space's risk engine: one saved object, under a random id. The space's claim on it is the look-up.
 *
 *   claim  pk <space>#risk-engine   sk configuration   id
 */
const TYPE = 'risk-engine-configuration';
const table = 'Entities';

registerType(TYPE, { namespaces: 'multiple-isolated', hidden: true });

const claim = z.object({ id: z.string() });

function homeOf(space: string): Key {
  return key(`${space}#risk-engine`, 'configuration');
}

/** Keys of all that a space's risk engine has besides the saved object. */
export async function* riskEngineKeysIn(space: string): AsyncGenerator<Key> {
  yield homeOf(space);
}

/** Cluster privileges that whoever configures the engine needs; `manage` has them all. */
const clusterPrivileges = ['manage_index_templates', 'manage_transform'];

/** @throws Forbidden when the caller lacks what Elasticsearch asks of those who manage the engine */
export function requireRiskEnginePrivileges(principal: Principal): void {
  const missing = clusterPrivileges.filter(
    (privilege) => !holdsCluster(principal, privilege) && !holdsCluster(principal, 'manage'),
  );
  if (missing.length === 0) return;
  // Kibana would name missing index privileges between the two blanks.
  throw new Forbidden(`User is missing risk engine privileges.  Missing cluster privileges: ${missing.join(', ')}.`);
}

export type RiskEngineSettings = {
  exclude_alert_statuses?: string[] | undefined;
  exclude_alert_tags?: string[] | undefined;
  range?: { start?: string | undefined; end?: string | undefined } | undefined;
};

/**
 * Changes settings; a space without an engine gets one that is not enabled. Lists are replaced, the ends of the range
 * each for itself.
 *
 * @throws Conflict when others kept coming between
 */
export async function configureRiskEngine(
  space: string,
  settings: RiskEngineSettings,
  { principal, now }: { principal: Principal; now: Date },
): Promise<void> {
  const change = attributesOf(settings);
  const actor = { space, now, profileUid: profileUid(principal) };
  const home = homeOf(space);
  await retryOnConflict(async () => {
    const found = await read(table, home);
    if (found !== undefined) {
      const { id } = claim.parse(found);
      await updateObject(
        { type: TYPE, id, space },
        ({ attributes }) => ({ attributes: mergeObjects(attributes, change) }),
        actor,
      );
      return;
    }
    const id = randomUUID();
    // Somebody else may just have made the space's engine: then it is changed in the next round.
    await createObject({ type: TYPE, id, attributes: mergeObjects(defaultsFor(space), change) }, actor, {
      with: [{ table, create: { ...home, id } }],
    });
  });
}

function attributesOf({ exclude_alert_statuses, exclude_alert_tags, range }: RiskEngineSettings) {
  return {
    ...(exclude_alert_statuses && { excludeAlertStatuses: exclude_alert_statuses }),
    ...(exclude_alert_tags && { excludeAlertTags: exclude_alert_tags }),
    ...(isObject(range) && { range }),
  };
}

function defaultsFor(space: string) {
  return {
    dataViewId: `.alerts-security.alerts-${space}`,
    enabled: false,
    filter: {},
    interval: '1h',
    pageSize: 3_500,
    range: { start: 'now-30d', end: 'now' },
  };
}
