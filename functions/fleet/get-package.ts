import * as z from 'zod';
import { BadRequest, Forbidden } from '../../lib/errors/errors.ts';
import { packageItem, packageView } from '../../lib/fleet/packages/package-view.ts';
import { getPackage } from '../../lib/fleet/packages/packages.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { hasApiPrivilege, none } from '../../lib/security/privileges.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** Each alone lets read packages; Kibana checks them after the request's form, not before. */
const ENOUGH = ['integrations-read', 'fleet-setup', 'fleet-all'];

const SEMANTIC_VERSION = /^v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

/** One installed package, in the version that is installed. */
export const handler = kibanaEndpoint(
  {
    route: 'GET /api/fleet/epm/packages/{pkgName}/{pkgVersion}',
    summary: 'Get a package',
    privileges: none,
    validation: schema.configSchema,
    request: {
      path: schema.object({ pkgName: z.string(), pkgVersion: z.string() }),
      query: schema.object({
        ignoreUnverified: schema.boolean().optional(),
        prerelease: schema.boolean().optional(),
        full: schema.boolean().optional(),
        withMetadata: schema.boolean().default(false),
      }),
    },
    responses: { 200: z.object({ item: packageItem }), 400: coreError, 403: coreError, 404: coreError },
  },
  async ({ path: { pkgName, pkgVersion }, query: { withMetadata }, principal, space }) => {
    if (!ENOUGH.some((privilege) => hasApiPrivilege(principal, space, privilege))) throw new Forbidden('Forbidden');
    if (!SEMANTIC_VERSION.test(pkgVersion)) throw new BadRequest('Package version is not a valid semver');
    return ok({ item: packageView(await getPackage(pkgName, pkgVersion), { withMetadata }) });
  },
);
