import { expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';

const { call } = kibana();
const connector = { name: 'c', connector_type_id: '.index', config: { index: 'i' } };
const statusOf = async (line: string, body?: object) => (await call(line, body && { body })).status;

/** Spaces may be called like types of objects, and like what the store has beside them. */
it.each(['action', 'dashboard', 'encrypted', 'part', 'alias-target', 'object', 'case', 'cases'])(
  'a space called %s has its own objects, and touches no others',
  async (space) => {
    expect(await statusOf('POST /api/spaces/space', { id: space, name: space })).toBe(200);
    expect(await statusOf('POST /api/actions/connector/dashboard', connector)).toBe(200);

    const dashboard = { attributes: { title: 't' } };
    expect(await statusOf(`POST /s/${space}/api/dashboards/dashboard/object`, dashboard)).toBe(200);
    const secret = { name: 's', connector_type_id: '.slack', secrets: { webhookUrl: 'https://hooks.slack.com/x' } };
    expect(await statusOf(`POST /s/${space}/api/actions/connector/object-${space}`, secret)).toBe(200);
    expect(await statusOf('GET /api/actions/connector/dashboard')).toBe(200);
    expect(await statusOf(`DELETE /s/${space}/api/dashboards/dashboard/object`)).toBe(200);
    expect(await statusOf('GET /api/actions/connector/dashboard')).toBe(200);
    expect((await call(`GET /s/${space}/api/dashboards/dashboard`)).body.total).toBe(0);

    expect(await statusOf('DELETE /api/actions/connector/dashboard')).toBe(204);
    expect(await statusOf(`DELETE /api/spaces/space/${space}`)).toBe(204);
  },
);
