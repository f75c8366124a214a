import { beforeAll, describe, expect, it } from 'vitest';
import { partition } from '../../lib/stores/store.ts';
import { kibana } from '../../support/kibana.ts';
import { badRequest, forbidden, givenConnectorUsers, JIRA, notFound, statusAndBody } from './connectors.ts';

const { call } = kibana();
beforeAll(async () => {
  await givenConnectorUsers();
  await call('POST /api/actions/connector/mine', { body: JIRA });
});
const remove = async (path: string, as = 'elastic') =>
  statusAndBody(await call(`DELETE /api/actions/connector/${path}`, { as }));

describe('DELETE /api/actions/connector/{id}', () => {
  it.each(['reader', 'elsewhere', 'nobody'])('is not for %s', async (as) => {
    expect(await remove('mine', as)).toEqual(forbidden('Unauthorized to delete actions'));
  });

  it('knows only connectors of the space', async () => {
    expect(statusAndBody(await call('DELETE /s/marketing/api/actions/connector/mine'))).toEqual(notFound('mine'));
    expect(await remove('system-connector-.cases')).toEqual(
      badRequest('System action system-connector-.cases is not allowed to delete.'),
    );
  });

  it('deletes a connector with all that was kept of it', async () => {
    expect(await remove('mine', 'writer')).toEqual({ status: 204, body: '' });
    expect(await remove('mine', 'writer')).toEqual(notFound('mine'));
    for (const pk of ['object:action#mine', 'default#action', 'encrypted:action'])
      expect(await partition('SavedObjects', pk)).toEqual([]);
  });
});
