import { describe, expect, it } from 'vitest';
import { givenUser } from '../../support/callers.ts';
import { badRequest, checksCallers, core, ENTITIES, entityAnalytics, shown } from './entity-analytics.ts';

const api = entityAnalytics();
const { call, givenEntity, entity, update } = api;

checksCallers(api, `DELETE ${ENTITIES}/`, {
  privileges: 'securitySolution',
  xsrf: 'required',
  request: { body: { entityId: 'x' } },
});

describe.each([ENTITIES, `${ENTITIES}/`])('DELETE %s', (path) => {
  const remove = (entityId: string) => call(`DELETE ${path}`, { body: { entityId } });

  it('deletes an entity, and does not find it twice', async () => {
    const id = `gone${path.length}`;
    await givenEntity('generic', { entity: { id } });
    await update('generic', { entity: { id, attributes: { managed: true } } });
    expect(shown(await remove(id))).toEqual({ status: 200, body: { deleted: true } });
    expect(await entity(id)).toBeUndefined();
    expect(shown(await remove(id))).toEqual(core(404, 'Not Found', `Entity ID '${id}' not found`));
    // What it was does not come back with it.
    await givenEntity('generic', { entity: { id } });
    expect((await entity(id)).entity).toEqual({ id, name: id });
  });

  it('quotes the path as it was sent', async () => {
    const as = await givenUser(`nobody-${path.length}`, { kibana: ['feature_discover.all'] });
    const { status, body } = await call(`DELETE ${path}`, { as, body: { entityId: 'x' } });
    expect({ status, text: body.message.split(' is unauthorized')[0] }).toEqual({
      status: 403,
      text: `API [DELETE ${path}]`,
    });
  });

  it('leaves the entity of another space alone', async () => {
    const id = `spaces${path.length}`;
    await givenEntity('generic', { entity: { id } }, 'other');
    expect((await remove(id)).status).toBe(404);
    expect(await entity(id, 'other')).toBeDefined();
  });

  it.each(['', '\ud800', 'x'.repeat(2_000)])('does not find %j', async (id) => {
    expect(shown(await remove(id))).toEqual(core(404, 'Not Found', `Entity ID '${id}' not found`));
  });

  it.each([
    [{}, 'entityId: Invalid input: expected string, received undefined'],
    [{ entityId: 1 }, 'entityId: Invalid input: expected string, received number'],
    [{ entityId: 'a', x: 1 }, 'Unrecognized key: "x"'],
    [undefined, 'Invalid input: expected object, received null'],
  ])('refuses %j', async (body, message) => {
    expect(shown(await call(`DELETE ${path}`, { body }))).toEqual(badRequest(`[request body]: ${message}`));
  });
});
