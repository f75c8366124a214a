import { BadRequest, Forbidden, NotFound, Unauthorized } from '../errors/errors.ts';

/** Refusals of Fleet Server: each has a name, which agents look at. */

export function agentNotFound(): NotFound {
  return new NotFound('agent could not be found', { attributes: { name: 'AgentNotFound' } });
}

export function agentInactive(): Unauthorized {
  return new Unauthorized('Agent inactive', { attributes: { name: 'ErrAgentInactive' } });
}

export function wrongAgent(): Forbidden {
  return new Forbidden('Agent header contains wrong identifier', { attributes: { name: 'ErrAgentIdentity' } });
}

export function agentNotReplaceable(): Forbidden {
  return new Forbidden('existing agent cannot be replaced', { attributes: { name: 'AgentNotReplaceable' } });
}

/** A request that Fleet Server cannot use. */
export function badRequest(message: string): BadRequest {
  return new BadRequest(`Bad request: ${message}`, { attributes: { name: 'BadRequest' } });
}

/** A refusal of an upload. */
export function refusedUpload(name: string, message: string): BadRequest {
  return new BadRequest(message, { attributes: { name } });
}
