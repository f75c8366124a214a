import { expect } from 'vitest';
import { type CallResult, kibana } from '../../support/kibana.ts';

export const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Status and body: what most tests compare. */
export const shown = ({ status, body }: Pick<CallResult, 'status' | 'body'>) => ({ status, body });

export const core = (status: number, error: string, message: unknown) => ({
  status,
  body: { statusCode: status, error, message },
});
export const badRequest = (message = 'Bad Request') => core(400, 'Bad Request', message);
export const forbidden = (message = 'Forbidden') => core(403, 'Forbidden', message);
export const absent = (id: string, bracket = '') =>
  core(404, 'Not Found', `A dashboard with saved object ID ${id}${bracket} was not found.`);

export const defaultOptions = {
  hidePanelTitles: false,
  useMargins: true,
  syncColors: true,
  syncCursor: true,
  syncTooltips: true,
};

/** What every dashboard has besides what was sent. */
export const generated = {
  type: 'dashboard',
  createdAt: expect.stringMatching(ISO_TIME),
  createdBy: expect.stringMatching(/^u_.{43}_0$/),
  updatedAt: expect.stringMatching(ISO_TIME),
  updatedBy: expect.stringMatching(/^u_.{43}_0$/),
  version: expect.stringMatching(/^W[\w+/]+=*$/),
  managed: false,
};

/** A panel in the form in which it is sent. */
export const panel = (fields: object = {}) => ({ type: 'lens', gridData: { x: 0, y: 0 }, ...fields });

export function dashboards() {
  const { call, send } = kibana();
  const path = (space: string) => (space === 'default' ? '' : `/s/${space}`);

  /** Creates a dashboard; gives the item that is answered. */
  async function given(
    id: string,
    attributes: object = {},
    { space = 'default', ...more }: { space?: string; references?: object[] } = {},
  ) {
    const body = { attributes: { title: id, ...attributes }, ...more };
    const answer = await call(`POST ${path(space)}/api/dashboards/dashboard/${id}`, { body });
    expect(answer.status, answer.text).toBe(200);
    return answer.body.item;
  }

  return { call, send, given };
}
