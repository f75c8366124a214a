import * as z from 'zod';
import { UnsupportedMediaType } from '../../lib/errors/errors.ts';
import { archiveTypes } from '../../lib/fleet/packages/archive.ts';
import { asset } from '../../lib/fleet/packages/package-model.ts';
import { installPackage, refuseHaste } from '../../lib/fleet/packages/packages.ts';
import { unpackPackage } from '../../lib/fleet/packages/unpack-package.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { ok } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import * as schema from '../../lib/validation/config-schema.ts';

const MAX_BYTES = 100 * 1_048_576;

/** Installs a package from its archive, zip or tar.gz, in the place of any other version. */
export const handler = kibanaEndpoint(
  {
    route: 'POST /api/fleet/epm/packages',
    summary: 'Install a package by upload',
    differs: 'Takes archives up to 4.5 MB. Dashboards inside are listed, and not installed.',
    privileges: ['integrations-all', 'fleet-agent-policies-all'],
    validation: schema.configSchema,
    body: { raw: archiveTypes, maxBytes: MAX_BYTES },
    request: {
      query: schema.object({
        ignoreMappingUpdateErrors: schema.boolean().default(false),
        skipDataStreamRollover: schema.boolean().default(false),
      }),
    },
    responses: {
      200: z.object({
        items: z.array(asset),
        _meta: z.object({ install_source: z.literal('upload'), name: z.string() }),
      }),
      400: coreError,
      409: coreError,
      415: coreError,
      429: coreError,
    },
  },
  async ({ payload, space, now }) => {
    const archive = payload.kind === 'bytes' ? payload : { bytes: Buffer.alloc(0), contentType: undefined };
    const type = archiveTypeOf(archive.contentType ?? '');
    await refuseHaste(now);
    const content = await unpackPackage(archive.bytes, type);
    const items = await installPackage(content, space, now);
    return ok({ items, _meta: { install_source: 'upload', name: content.info.name } });
  },
);

/** @throws UnsupportedMediaType */
function archiveTypeOf(contentType: string) {
  const type = archiveTypes.find((each) => each === contentType);
  if (type !== undefined) return type;
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (!archiveTypes.some((each) => each === mediaType)) throw new UnsupportedMediaType('Unsupported Media Type');
  throw new UnsupportedMediaType(
    `Unsupported media type ${contentType}. Please use 'application/gzip' or 'application/zip'`,
  );
}
