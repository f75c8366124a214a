import { expect, it } from 'vitest';
import { kibana } from '../support/kibana.ts';

// «Create a dashboard»: POST /api/dashboards/dashboard/{id}
const { call, send } = kibana();

/** The value of `--data` in the curl sample. */
const CURL_DATA =
  '{"attributes":{"controlGroupInput":{"autoApplySelections":true,"chainingSystem":"HIERARCHICAL","controls":[{"controlConfig":{},"grow":false,"id":"string","order":42.0,"type":"string","width":"medium"}],"enhancements":{},"ignoreParentSettings":{"ignoreFilters":false,"ignoreQuery":false,"ignoreTimerange":false,"ignoreValidations":false},"labelPosition":"oneLine"},"description":"","kibanaSavedObjectMeta":{"searchSource":{"filter":[{"$state":{"store":"appState"},"meta":{"alias":"string","controlledBy":"string","disabled":true,"field":"string","group":"string","index":"string","isMultiIndex":true,"key":"string","negate":true,"type":"string","value":"string"},"query":{}}],"query":{"language":"string","query":"string"},"sort":[{}],"type":"string"}},"options":{"hidePanelTitles":false,"syncColors":true,"syncCursor":true,"syncTooltips":true,"useMargins":true},"panels":[{"gridData":{"h":15,"i":"string","w":24,"x":42.0,"y":42.0},"id":"string","panelConfig":{"description":"string","enhancements":{},"hidePanelTitles":true,"savedObjectId":"string","title":"string","version":"string"},"panelIndex":"string","panelRefName":"string","title":"string","type":"string","version":"string"}],"refreshInterval":{"display":"string","pause":true,"section":42.0,"value":42.0},"timeFrom":"string","timeRestore":false,"timeTo":"string","title":"string","version":42.0},"references":[{"id":"string","name":"string","type":"string"}],"spaces":["string"]}';

/** The documented answer without `error` and `originId`, which a success does not have. */
const ITEM = {
  attributes: {
    controlGroupInput: {
      autoApplySelections: true,
      chainingSystem: 'HIERARCHICAL',
      controls: [{ controlConfig: {}, grow: false, id: 'string', order: 42.0, type: 'string', width: 'medium' }],
      enhancements: {},
      ignoreParentSettings: {
        ignoreFilters: false,
        ignoreQuery: false,
        ignoreTimerange: false,
        ignoreValidations: false,
      },
      labelPosition: 'oneLine',
    },
    description: '',
    kibanaSavedObjectMeta: {
      searchSource: {
        filter: [
          {
            $state: { store: 'appState' },
            meta: {
              alias: 'string',
              controlledBy: 'string',
              disabled: true,
              field: 'string',
              group: 'string',
              index: 'string',
              isMultiIndex: true,
              key: 'string',
              negate: true,
              type: 'string',
              value: 'string',
            },
            query: {},
          },
        ],
        query: { language: 'string', query: 'string' },
        sort: [{}],
        type: 'string',
      },
    },
    options: { hidePanelTitles: false, syncColors: true, syncCursor: true, syncTooltips: true, useMargins: true },
    panels: [
      {
        gridData: { h: 15, i: 'string', w: 24, x: 42.0, y: 42.0 },
        id: 'string',
        panelConfig: {
          description: 'string',
          enhancements: {},
          hidePanelTitles: true,
          savedObjectId: 'string',
          title: 'string',
          version: 'string',
        },
        panelIndex: 'string',
        panelRefName: 'string',
        title: 'string',
        type: 'string',
        version: 'string',
      },
    ],
    refreshInterval: { display: 'string', pause: true, section: 42.0, value: 42.0 },
    timeFrom: 'string',
    timeRestore: false,
    timeTo: 'string',
    title: 'string',
    version: 42.0,
  },
  createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  createdBy: expect.stringMatching(/^u_/),
  id: 'id',
  managed: false,
  namespaces: ['string'],
  references: [{ id: 'string', name: 'string', type: 'string' }],
  type: 'dashboard',
  updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  updatedBy: expect.stringMatching(/^u_/),
  version: expect.stringMatching(/^W/),
};

it('answers the curl sample as printed, and refuses it a second time', async () => {
  // Puts the tables and the superuser in place.
  await call('GET /api/status');
  const request = {
    method: 'POST',
    // curl takes {id} for a list of one and asks for `id`.
    url: '/api/dashboards/dashboard/id',
    headers: {
      'Content-Type': 'application/json',
      'kbn-xsrf': 'true',
      authorization: `Basic ${Buffer.from('elastic:changeme').toString('base64')}`,
    },
    body: CURL_DATA,
  };
  const { status, body } = await send(request);
  expect({ status, body }).toEqual({ status: 200, body: { item: ITEM } });
  const read = await call('GET /s/string/api/dashboards/dashboard/id');
  expect(read.body).toEqual({ item: body.item, meta: { outcome: 'exactMatch' } });
  const again = await send(request);
  expect({ status: again.status, body: again.body }).toEqual({
    status: 409,
    body: { statusCode: 409, error: 'Conflict', message: 'A dashboard with saved object ID id already exists.' },
  });
});

it('wants the kbn-xsrf header that the document lists as required', async () => {
  const { status, body } = await send({
    method: 'POST',
    url: '/api/dashboards/dashboard/id',
    headers: {
      'Content-Type': 'application/json',
      authorization: `Basic ${Buffer.from('elastic:changeme').toString('base64')}`,
    },
    body: CURL_DATA,
  });
  expect({ status, message: body.message }).toEqual({
    status: 400,
    message: 'Request must contain a kbn-xsrf header.',
  });
});
