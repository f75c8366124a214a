import * as z from 'zod';
import { limitedList, limitedText, manyOrOne, oneOrMany, paged } from '../validation/io-ts-cases.ts';
import { attachment } from './attachments.ts';
import { connector } from './connectors.ts';

/** Requests and answers of the case operations. */

export const statuses = ['open', 'in-progress', 'closed'] as const;
export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Status = (typeof statuses)[number];

/** Limits of one request, and of a case. */
export const MAX_CASES = 100;
export const MAX_USER_ACTIONS_PER_CASE = 10_000;
const MAX_PER_PAGE = 100;
const MAX_FILTER_VALUES = 100;

const title = limitedText({ field: 'title', max: 160 });
const description = limitedText({ field: 'description', max: 30_000 });
const tags = limitedList(limitedText({ field: 'tag', max: 256 }), { field: 'tags', max: 200 });
const category = z.union([limitedText({ field: 'category', max: 50 }), z.null()]);
const assignees = limitedList(z.strictObject({ uid: z.string() }), { field: 'assignees', max: 10 });
const settings = z.strictObject({ syncAlerts: z.boolean() });
const customField = z.union([
  z.strictObject({
    key: z.string(),
    type: z.literal('text'),
    value: z.union([limitedText({ field: 'value', max: 160 }), z.null()]),
  }),
  z.strictObject({ key: z.string(), type: z.literal('toggle'), value: z.union([z.boolean(), z.null()]) }),
  z.strictObject({ key: z.string(), type: z.literal('number'), value: z.union([z.number().int(), z.null()]) }),
]);
const customFields = limitedList(customField, { field: 'customFields', max: 10 });

export const createBody = z.strictObject({
  description,
  tags,
  title,
  connector,
  settings,
  owner: z.string(),
  assignees: assignees.optional(),
  severity: z.enum(severities).optional(),
  category: category.optional(),
  customFields: customFields.optional(),
});
export type NewCase = z.output<typeof createBody>;

const patch = z.strictObject({
  description: description.optional(),
  tags: tags.optional(),
  title: title.optional(),
  connector: connector.optional(),
  severity: z.enum(severities).optional(),
  assignees: assignees.optional(),
  category: category.optional(),
  customFields: customFields.optional(),
  settings: settings.optional(),
  status: z.enum(statuses).optional(),
  owner: z.string().optional(),
  id: z.string(),
  version: z.string(),
});
export type CasePatch = z.output<typeof patch>;

export const patchBody = z.strictObject({ cases: limitedList(patch, { field: 'cases', min: 1, max: MAX_CASES }) });

const filterValues = (field: string) => manyOrOne(z.string(), { field, max: MAX_FILTER_VALUES }).optional();

export const ownerQuery = z.strictObject({ owner: manyOrOne(z.string()).optional() });

export const findQuery = paged(
  {
    tags: filterValues('tags'),
    status: oneOrMany(z.enum(statuses)).optional(),
    severity: oneOrMany(z.enum(severities)).optional(),
    assignees: filterValues('assignees'),
    reporters: filterValues('reporters'),
    defaultSearchOperator: z.enum(['AND', 'OR']).optional(),
    from: z.string().optional(),
    search: z.string().optional(),
    searchFields: manyOrOne(z.enum(['description', 'title'])).optional(),
    sortField: z.enum(['title', 'category', 'createdAt', 'updatedAt', 'closedAt', 'status', 'severity']).optional(),
    sortOrder: z.enum(['desc', 'asc']).optional(),
    to: z.string().optional(),
    owner: manyOrOne(z.string()).optional(),
    category: filterValues('category'),
  },
  MAX_PER_PAGE,
);
export type CasesFind = z.output<typeof findQuery>;

export const findCommentsQuery = paged({ sortOrder: z.enum(['desc', 'asc']).optional() }, MAX_PER_PAGE);

/** Types of user actions, and the groups that a client may ask for besides. */
export const userActionFilters = [
  'assignees',
  'category',
  'comment',
  'connector',
  'create_case',
  'customFields',
  'delete_case',
  'description',
  'observables',
  'pushed',
  'settings',
  'severity',
  'status',
  'tags',
  'title',
  'action',
  'alert',
  'user',
  'attachment',
] as const;

export const findUserActionsQuery = paged(
  {
    types: manyOrOne(z.enum(userActionFilters)).optional(),
    sortOrder: z.enum(['desc', 'asc']).optional(),
  },
  MAX_PER_PAGE,
);

const nullableText = z.union([z.string(), z.null()]);

export const user = z.object({
  username: nullableText,
  full_name: nullableText,
  email: nullableText,
  profile_uid: z.string().optional(),
});
export type User = z.infer<typeof user>;

const nullableUser = z.union([user, z.null()]);

/** What is stored of a case. */
export const caseAttributes = z.object({
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  status: z.enum(statuses),
  severity: z.enum(severities),
  owner: z.string(),
  connector,
  settings: z.object({ syncAlerts: z.boolean() }),
  assignees: z.array(z.object({ uid: z.string() })),
  category: nullableText,
  customFields: z.array(customField),
  observables: z.array(z.unknown()),
  duration: z.union([z.number(), z.null()]),
  closed_at: nullableText,
  closed_by: nullableUser,
  created_at: z.string(),
  created_by: user,
  updated_at: nullableText,
  updated_by: nullableUser,
  external_service: z.null(),
  in_progress_at: nullableText.optional(),
  time_to_acknowledge: z.union([z.number(), z.null()]).optional(),
  time_to_investigate: z.union([z.number(), z.null()]).optional(),
  time_to_resolve: z.union([z.number(), z.null()]).optional(),
});
export type CaseAttributes = z.infer<typeof caseAttributes>;

/** What is stored of a comment: the attachment, and who added it. */
export const commentAttributes = z.object({
  attachment,
  created_at: z.string(),
  created_by: user,
  pushed_at: z.null(),
  pushed_by: z.null(),
  updated_at: z.null(),
  updated_by: z.null(),
});
export type CommentAttributes = z.infer<typeof commentAttributes>;

/** A comment as it is answered: the fields of its type stand beside these. */
export const comment = z.looseObject({
  ...commentAttributes.omit({ attachment: true }).shape,
  id: z.string(),
  version: z.string(),
  type: z.string(),
  owner: z.string(),
});

/** A case as it is answered. */
export const caseAnswer = caseAttributes.extend({
  id: z.string(),
  version: z.string(),
  comments: z.array(comment),
  totalComment: z.number().int(),
  totalAlerts: z.number().int(),
});

/** What is stored of a user action. */
export const userActionAttributes = z.object({
  action: z.enum(['add', 'create', 'delete', 'update', 'push_to_service']),
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  created_at: z.string(),
  created_by: user,
  owner: z.string(),
  comment_id: nullableText,
});
export type UserActionAttributes = z.infer<typeof userActionAttributes>;
export const userAction = userActionAttributes.extend({ id: z.string(), version: z.string() });
