import { expect } from 'vitest';
import { restoreSignalsIndex, type SignalsIndex } from '../../../lib/detections/signals-indices.ts';
import { storeIsReady } from '../../support/callers.ts';
import { kibana } from '../../support/kibana.ts';
import { shown } from './detections.ts';

export const SIGNALS = '/api/detection_engine/signals';
export const DEPRECATED = '299 Kibana-9.1.0 "This%20endpoint%20is%20deprecated"';

/** The API with short cuts for what tests begin with. */
export function migrations() {
  const api = kibana();

  /** An index of alerts as an older cluster would have left it. */
  async function givenIndex(name: string, index: Partial<SignalsIndex> = {}, space = 'default'): Promise<string> {
    await storeIsReady();
    await restoreSignalsIndex(space, {
      name,
      template_version: 57,
      signals: [{ version: 57, count: 5 }],
      newest: new Date().toISOString(),
      aliases: [`.alerts-security.alerts-${space}`, `.siem-signals-${space}`],
      is_write_index: false,
      ...index,
    });
    return name;
  }

  const start = (index: string[], prefix = '') => api.call(`POST ${prefix}${SIGNALS}/migration`, { body: { index } });
  const finalize = (migration_ids: unknown, prefix = '') =>
    api.call(`POST ${prefix}${SIGNALS}/finalize_migration`, { body: { migration_ids } });
  const statusOf = async (name: string, prefix = '') => {
    const { body } = await api.call(`GET ${prefix}${SIGNALS}/migration_status?from=now-30d`);
    return body.indices.find(({ index }: { index: string }) => index === name);
  };

  async function givenMigration(name: string, prefix = ''): Promise<string> {
    const answer = await start([name], prefix);
    expect(shown(answer)).toMatchObject({ status: 200 });
    return answer.body.indices[0].migration_id;
  }

  return { ...api, givenIndex, givenMigration, start, finalize, statusOf };
}
