import { beforeAll, describe, expect, it } from 'vitest';
import { coreText } from '../../lib/http/serve.ts';
import { givenUser } from '../../support/callers.ts';
import { kibana } from '../../support/kibana.ts';

const { call } = kibana();
const remove = async (id: string, options: Parameters<typeof call>[1] = {}) => {
  const { status, text } = await call(`DELETE /api/spaces/space/${id}`, options);
  return { status, text };
};
const givenSpace = async (id: string) => {
  expect((await call('POST /api/spaces/space', { body: { id, name: id } })).status).toBe(200);
};
const notFound = { status: 404, text: coreText(404, 'Not Found', 'Not Found') };

beforeAll(async () => {
  await Promise.all([
    givenUser('admin', ['kibana_admin']),
    givenUser('viewer', ['viewer']),
    givenUser('of-red', { kibana: ['space_all'], spaces: ['red'] }),
  ]);
  await givenSpace('red');
});

describe('DELETE /api/spaces/space/{id}', () => {
  it('deletes a space; the second time there is none', async () => {
    await givenSpace('gone');
    expect(await remove('gone')).toEqual({ status: 204, text: '' });
    expect(await remove('gone')).toEqual(notFound);
    expect((await call('GET /api/spaces/space/gone')).status).toBe(404);
    await givenSpace('gone');
  });

  it('may name the space it is called in', async () => {
    await givenSpace('self');
    expect((await call('DELETE /s/self/api/spaces/space/self')).status).toBe(204);
  });

  it.each(['no-such-space', 'RED', '%20'])('does not know %s', async (id) => {
    expect(await remove(id)).toEqual(notFound);
  });

  it('keeps the default space', async () => {
    const message = 'The default space cannot be deleted because it is reserved.';
    expect(await remove('default')).toEqual({ status: 400, text: coreText(400, 'Bad Request', message) });
    expect((await call('GET /api/spaces/space/default')).status).toBe(200);
  });
});

describe('who may delete a space', () => {
  it('is who has all of Kibana in all spaces', async () => {
    await givenSpace('of-admin');
    expect((await remove('of-admin', { as: 'admin' })).status).toBe(204);
  });

  it.each(['viewer', 'of-red'])('is not %s, whether the space exists or not', async (as) => {
    const forbidden = { status: 403, text: coreText(403, 'Forbidden', 'Unauthorized to delete spaces') };
    for (const id of ['red', 'no-such-space', 'default']) expect(await remove(id, { as })).toEqual(forbidden);
    expect((await call('GET /api/spaces/space/red')).status).toBe(200);
  });
});
