import * as z from 'zod';
import { BadRequest } from '../errors/errors.ts';
import { limitedText } from '../validation/io-ts-cases.ts';

/** What can be attached to a case: a user's comment, alerts, actions on hosts, references. */

const comment = limitedText({ field: 'comment', max: 30_000 });
const owner = z.string();
const oneOrMore = z.union([z.array(z.string()), z.string()]);
const textOrNull = z.union([z.string(), z.null()]);
const jsonObject = z.record(z.string(), z.unknown());

function externalReference<Storage extends z.ZodType>(storage: Storage) {
  return z.strictObject({
    externalReferenceAttachmentTypeId: z.string(),
    externalReferenceMetadata: z.union([z.null(), jsonObject]),
    type: z.literal('externalReference'),
    owner,
    externalReferenceId: z.string(),
    externalReferenceStorage: storage,
  });
}

/** A plain union, not one by type: a body that fits none is refused by all of them. */
export const attachment = z.union([
  z.strictObject({ comment, type: z.literal('user'), owner }),
  z.strictObject({
    type: z.literal('alert'),
    alertId: oneOrMore,
    index: oneOrMore,
    rule: z.strictObject({ id: textOrNull, name: textOrNull }),
    owner,
  }),
  z.strictObject({
    type: z.literal('actions'),
    comment,
    actions: z.strictObject({
      targets: z.array(z.strictObject({ hostname: z.string(), endpointId: z.string() })),
      type: z.string(),
    }),
    owner,
  }),
  externalReference(z.strictObject({ type: z.literal('elasticSearchDoc') })),
  externalReference(z.strictObject({ type: z.literal('savedObject'), soType: z.string() })),
  z.strictObject({
    type: z.literal('persistableState'),
    owner,
    persistableStateAttachmentTypeId: z.string(),
    persistableStateAttachmentState: jsonObject,
  }),
]);
export type Attachment = z.output<typeof attachment>;
export type AlertAttachment = Extract<Attachment, { type: 'alert' }>;

/** Attachment types that Kibana's own solutions register. */
const registered: Record<'externalReference' | 'persistableState', readonly string[]> = {
  externalReference: ['.files', 'endpoint', 'indicator', 'osquery'],
  persistableState: [
    '.lens',
    '.page',
    'aiopsChangePointChart',
    'aiopsLogRateAnalysisEmbeddable',
    'aiopsPatternAnalysisEmbeddable',
    'ml_anomaly_charts',
    'ml_anomaly_swimlane',
    'ml_single_metric_viewer',
  ],
};

/** @throws BadRequest for a reference of a type that nobody registered */
export function checkRegistered(attached: Attachment): void {
  const [known, id] =
    attached.type === 'externalReference'
      ? [registered.externalReference, attached.externalReferenceAttachmentTypeId]
      : attached.type === 'persistableState'
        ? [registered.persistableState, attached.persistableStateAttachmentTypeId]
        : [undefined, ''];
  if (known !== undefined && !known.includes(id)) throw new BadRequest(`Attachment type ${id} is not registered.`);
}

/** Ids and indices of the alerts; the two lists are pairs by position. @throws BadRequest when they are not */
export function alertsOf({ alertId, index }: AlertAttachment): { id: string; index: string }[] {
  const ids = [alertId].flat();
  const indices = [index].flat();
  if (ids.length !== indices.length) {
    throw new BadRequest(
      `Received an alert comment with ids and indices arrays of different lengths ids: ${JSON.stringify(ids)} indices: ${JSON.stringify(indices)}`,
    );
  }
  return ids.map((id, position) => ({ id, index: indices[position] ?? '' }));
}
