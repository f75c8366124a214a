import type { Context } from 'aws-lambda';
import { NotFound } from '../../lib/errors/errors.ts';
import { elasticsearchEndpoint } from '../../lib/http/elasticsearch-endpoint.ts';
import { allowedMethods } from '../../lib/http/elasticsearch-paths.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import type { Answer, HttpEvent } from '../../lib/http/exchange.ts';
import { json } from '../../lib/http/response.ts';
import { none } from '../../lib/security/privileges.ts';
import { configSchema } from '../../lib/validation/config-schema.ts';

/** Kibana knows no such path: the pipeline has answered 404 unless a slash too many is all that is wrong. */
const kibana = kibanaEndpoint(
  {
    route: '$default',
    summary: 'Any other path',
    privileges: none,
    versioning: 'unversioned',
    validation: configSchema,
    responses: {},
  },
  ({ uri }) => {
    const [path = '', query] = uri.split('?');
    // `//host/` would send the client to another host, `/` to itself.
    if (path === '/' || path.startsWith('//')) throw new NotFound('Not Found');
    const location = path.slice(0, -1);
    return { statusCode: 302, headers: { location: query === undefined ? location : `${location}?${query}` } };
  },
);

/** Elasticsearch knows no such path, or not with this method. */
const elasticsearch = elasticsearchEndpoint(
  {
    route: '$default',
    summary: 'Any other path of Elasticsearch',
    responses: {},
    parse: () => undefined,
    action: 'anyone',
    reads: 'path',
  },
  ({ method, uri }) => {
    const allowed = allowedMethods(uri.split('?', 1)[0] ?? '');
    if (allowed === undefined) return json(400, { error: `no handler found for uri [${uri}] and method [${method}]` });
    const error = `Incorrect HTTP method for uri [${uri}] and method [${method}], allowed: [${allowed.join(', ')}]`;
    return json(405, { error, status: 405 }, { allow: allowed.join(',') });
  },
);

/** Everything that no other function serves. */
export const handler = Object.assign(
  (event: HttpEvent, context: Context): Promise<Answer> =>
    event.rawPath.startsWith('/_') ? elasticsearch(event, context) : kibana(event, context),
  { definition: kibana.definition },
);
