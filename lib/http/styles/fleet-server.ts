import * as z from 'zod';
import { type HttpError, ServerError } from '../../errors/errors.ts';
import { json } from '../response.ts';
import type { ErrorStyle } from './style.ts';

/** Names of errors that have none of their own. */
const names: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  413: 'PayloadTooLarge',
  415: 'UnsupportedMediaType',
  429: 'MaxLimit',
};

/** Body of an error of Fleet Server. */
export const fleetServerError = z.object({ statusCode: z.number(), error: z.string(), message: z.string().optional() });

/** Fleet Server's shape: `error` is a name that agents look at; an error carries it among its attributes. */
export const fleetServer: ErrorStyle = {
  render: (error) => {
    const body = { statusCode: error.status, error: nameOf(error), message: error.message };
    return json(error.status, body, { ...error.headers, 'x-content-type-options': 'nosniff' });
  },
  unforeseen: () => new ServerError('internal server error'),
  schema: fleetServerError,
};

function nameOf({ status, attributes = {} }: HttpError): string {
  return typeof attributes.name === 'string' ? attributes.name : (names[status] ?? 'InternalServerError');
}
