import { instantsOf } from '../kql/date-math.ts';
import { migrationsOf } from './migrations.ts';
import { aliasesOf, isOutdated, signalsIndicesOf } from './signals-indices.ts';

/** How the indices stand that have alerts since a time (date math). */
export async function migrationStatus(space: string, from: string, now: Date) {
  const since = instantsOf(from, now)?.from ?? 0;
  const { legacy } = aliasesOf(space);
  const indices = (await signalsIndicesOf(space)).filter(
    ({ aliases, newest }) => aliases.includes(legacy) && newest !== undefined && Date.parse(newest) >= since,
  );
  return Promise.all(
    indices.map(async (index) => ({
      index: index.name,
      version: index.template_version,
      signal_versions: index.signals.map(({ version, count }) => ({ count, version })),
      migrations: (await migrationsOf(space, index.name)).map(({ id, status, targetVersion, updated }) => ({
        id,
        status,
        version: targetVersion,
        updated,
      })),
      is_outdated: isOutdated(index),
    })),
  );
}
