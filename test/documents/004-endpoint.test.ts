import { expect, it } from 'vitest';
import { exceptionList } from '../../lib/exceptions/exception-lists.ts';
import { kibana } from '../support/kibana.ts';

// «Create an endpoint exception list», «Get actions state»
const { call, send } = kibana();
const authorization = `Basic ${Buffer.from('elastic:changeme').toString('base64')}`;

it('answers the actions state of the example, and what Kibana answers beside it', async () => {
  const { status, body } = await call('GET /api/endpoint/action/state');
  expect(status).toBe(200);
  expect(body).toMatchObject({ body: { data: { canEncrypt: true } } });
});

/** The response example shows exception lists in general: its keys bind here, not its values. */
const EXAMPLE_KEYS =
  '_version created_at created_by description id immutable list_id meta name namespace_type os_types tags tie_breaker_id type updated_at updated_by version'.split(
    ' ',
  );

it('creates the list with the request as printed, which has no body', async () => {
  await call('GET /api/endpoint/action/state');
  const request = () => send({ method: 'POST', url: '/api/endpoint_list', headers: { authorization } });
  const { status, body } = await request();
  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(EXAMPLE_KEYS.filter((name) => name !== 'meta'));
  expect(Object.keys(exceptionList.shape).sort()).toEqual(EXAMPLE_KEYS);
  expect(await request()).toMatchObject({ status: 200, text: '{}' });
});
