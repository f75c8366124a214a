import { expect, it } from 'vitest';
import { kibana } from '../support/kibana.ts';

// «Export Timelines»
const { call, send } = kibana();
const authorization = `Basic ${Buffer.from('elastic:changeme').toString('base64')}`;

it('answers the request example with a line for the id that is missing', async () => {
  await call('GET /api/timeline?id=string');
  const answer = await send({
    method: 'POST',
    url: '/api/timeline/_export?file_name=string',
    headers: { 'Content-Type': 'application/json', authorization },
    body: '{"ids":["string"]}',
  });
  expect(answer).toMatchObject({
    status: 200,
    text: '{"statusCode":404,"error":"Not Found","message":"Saved object [siem-ui-timeline/string] not found"}\n',
  });
  expect(answer.headers['content-disposition']).toBe('attachment; filename="string"');
});

it('refuses too many ids in the shape of the response example', async () => {
  const body = { ids: Array.from({ length: 10_001 }, (_, index) => `${index}`) };
  const { status, text } = await call('POST /api/timeline/_export?file_name=string', { body });
  expect(status).toBe(400);
  expect(JSON.parse(text)).toEqual({ body: expect.any(String), statusCode: 400 });
});
