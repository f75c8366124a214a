import { expect } from 'vitest';
import { type CallResult, kibana } from '../../support/kibana.ts';

export const PATH = '/api/apm/settings/agent-configuration';

/** Status and body: what most tests compare. */
export const shown = ({ status, body }: CallResult) => ({ status, body });

const attributes = { data: null, _inspect: [] };

/** A refusal of the handler, or of its input. */
export const refusal = (statusCode: number, error: string, message: string) => ({
  status: statusCode,
  body: { statusCode, error, message, attributes },
});
export const badRequest = (message: string) => refusal(400, 'Bad Request', message);
export const invalid = (...lines: string[]) =>
  badRequest(`Failed to validate: \n${lines.map((line) => `  ${line}`).join('\n')}`);
export const notFound = refusal(404, 'Not Found', 'Not Found');

/** A refusal of the pipeline, which has no attributes. */
export const core = (statusCode: number, error: string, message: string) => ({
  status: statusCode,
  body: { statusCode, error, message },
});

export const SERVICE = 'Partial<{ name: string, environment: string }>';

/** The API with short cuts for what tests begin with. */
export function agentConfigurations() {
  const { call, send } = kibana();
  const put = (service: object, settings: object = { recording: 'true' }, more: object = {}) =>
    call(`PUT ${PATH}?overwrite=true`, { body: { service, settings, ...more } });
  /** Puts a configuration and gives it as `/view` has it. */
  async function given(service: Record<string, string>, settings?: object, more?: object) {
    expect(shown(await put(service, settings, more))).toEqual({ status: 200, body: {} });
    return (await view(service)).body;
  }
  const view = (service: Record<string, string>) => call(`GET ${PATH}/view?${new URLSearchParams(service)}`);
  const search = (body: object) => call(`POST ${PATH}/search`, { body });
  const remove = (service: object) => call(`DELETE ${PATH}`, { body: { service } });
  return { call, send, put, given, view, search, remove };
}
