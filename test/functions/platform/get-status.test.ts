import { describe, expect, it } from 'vitest';
import { kibana } from '../../support/kibana.ts';

const { call } = kibana();

describe('GET /api/status', () => {
  it('tells a known caller version and state', async () => {
    const { status, body, headers } = await call('GET /api/status');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'kibana',
      version: { number: '9.1.0' },
      status: { overall: { level: 'available', summary: 'All services and plugins are available' } },
    });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it.each([
    ['nobody', null],
    ['who has a wrong password', 'stranger'],
  ])('tells %s no more than that it runs', async (_name, as) => {
    const { status, body } = await call('GET /api/status', { as });
    expect({ status, body }).toEqual({ status: 200, body: { status: { overall: { level: 'available' } } } });
  });

  it('refuses unknown query keys', async () => {
    const { status, body } = await call('GET /api/status?x=1');
    expect({ status, body }).toEqual({
      status: 400,
      body: {
        statusCode: 400,
        error: 'Bad Request',
        message: '[request query.x]: definition for this key is missing',
      },
    });
  });
});
