import { describe, expect, it } from 'vitest';
import { basic } from '../support/callers.ts';
import { kibana } from '../support/kibana.ts';

const { call, send } = kibana();

/** As the documents' curl lines send it: without `kbn-xsrf`. */
const sendPlain = (method: string, url: string, body?: unknown) =>
  send({
    method,
    url,
    headers: { authorization: basic('elastic'), ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

describe('DELETE /api/asset_criticality', () => {
  const url = '/api/asset_criticality?id_value=my_host&id_field=host.name';

  it('answers the deleted record', async () => {
    const body = { id_field: 'host.name', id_value: 'my_host', criticality_level: 'high_impact' };
    await call('POST /api/asset_criticality', { body });
    const answer = await sendPlain('DELETE', url);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 200,
      body: {
        deleted: true,
        record: {
          host: { name: 'my_host', asset: { criticality: 'high_impact' } },
          asset: { criticality: 'high_impact' },
          // The document's example lost its field name.
          id_field: 'host.name',
          id_value: 'my_host',
          '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
          criticality_level: 'high_impact',
        },
      },
    });
  });

  it('answers false where there is none', async () => {
    const { status, body } = await sendPlain('DELETE', url);
    expect({ status, body }).toEqual({ status: 200, body: { deleted: false } });
  });

  it('refuses the curl line as it is printed, which lost its id_field', async () => {
    const { status, body } = await sendPlain('DELETE', '/api/asset_criticality?id_value=my_host&');
    expect({ status, body }).toEqual({
      status: 400,
      body: { statusCode: 400, error: 'Bad Request', message: '[request query]: id_field: Required' },
    });
  });
});

describe('PATCH /api/risk_score/engine/saved_object/configure', () => {
  it('takes the request example', async () => {
    const request = {
      exclude_alert_statuses: ['string'],
      exclude_alert_tags: ['string'],
      range: { end: 'string', start: 'string' },
    };
    for (const method of ['PATCH', 'PUT']) {
      const { status, body } = await sendPlain(method, '/api/risk_score/engine/saved_object/configure', request);
      expect({ status, body }).toEqual({ status: 200, body: { risk_engine_saved_object_configured: true } });
    }
  });
});
