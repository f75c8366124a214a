import * as z from 'zod';
import { cases } from '../../lib/cases/space-content.ts';
import { migrations, rules } from '../../lib/detections/space-content.ts';
import { entityEngines, riskEngine } from '../../lib/entities/space-content.ts';
import { kibanaEndpoint } from '../../lib/http/endpoint.ts';
import { noContent } from '../../lib/http/response.ts';
import { coreError } from '../../lib/http/styles/core.ts';
import { none } from '../../lib/security/privileges.ts';
import { deleteSpace } from '../../lib/spaces/spaces.ts';
import { timelines, unassignedNotes } from '../../lib/timelines/space-content.ts';
import * as schema from '../../lib/validation/config-schema.ts';

/** What has more to it than a saved object's own rows. */
const contents = [cases, rules, migrations, timelines, unassignedNotes, entityEngines, riskEngine];

/** Deletes a space with the saved objects in it; the default one stays. */
export const handler = kibanaEndpoint(
  {
    route: 'DELETE /api/spaces/space/{id}',
    summary: 'Delete a space',
    description: 'Deletes the saved objects in the space, too.',
    differs: 'Ends after 25 s with an error when the space has too much in it, and a repeat continues.',
    privileges: none,
    validation: schema.configSchema,
    request: { path: schema.object({ id: z.string() }) },
    responses: { 204: undefined, 403: coreError, 404: coreError, 500: coreError },
  },
  async ({ path: { id }, principal, deadline }) => {
    await deleteSpace(id, contents, { as: principal, deadline });
    return noContent();
  },
);
