import * as z from 'zod';
import { Conflict, ServerError } from '../errors/errors.ts';
import type { FieldTypes } from '../kql/matches.ts';
import { type Principal, profileUid } from '../security/principal.ts';
import { type BulkOutcome, runBulk } from './bulk.ts';
import { defaultSystemPrompts } from './default-prompts.ts';
import { DEFAULTS_SINCE } from './defaults-since.ts';
import {
  allDocuments,
  createDocument,
  defaultDocumentId,
  deleteDocument,
  documentsWithIds,
  type Kind,
  type Stored,
  updateDocument,
} from './documents.ts';
import { alternativesIn, type FindRequest, filterOf, findPage, namedIds } from './find.ts';

export const promptTypes = ['system', 'quick'] as const;

const user = z.object({ id: z.string().optional(), name: z.string().optional() });

const fields = z.object({
  '@timestamp': z.string(),
  users: z.array(user),
  name: z.string(),
  content: z.string(),
  prompt_type: z.enum(promptTypes),
  is_default: z.boolean().optional(),
  is_new_conversation_default: z.boolean().optional(),
  color: z.string().optional(),
  categories: z.array(z.string()).optional(),
  consumer: z.string().optional(),
  updated_at: z.string().optional(),
  updated_by: z.string().optional(),
  created_at: z.string().optional(),
  created_by: z.string().optional(),
  namespace: z.string().optional(),
});
type Fields = z.output<typeof fields>;
export type Prompt = Stored<Fields>;

/** A prompt as the API answers it. */
export const prompt = z.strictObject({
  timestamp: z.string(),
  users: z.array(user),
  content: z.string(),
  isDefault: z.boolean().optional(),
  isNewConversationDefault: z.boolean().optional(),
  updatedAt: z.string().optional(),
  updatedBy: z.string().optional(),
  createdAt: z.string().optional(),
  createdBy: z.string().optional(),
  namespace: z.string().optional(),
  id: z.string(),
  name: z.string(),
  promptType: z.enum(promptTypes),
  color: z.string().optional(),
  categories: z.array(z.string()).optional(),
  consumer: z.string().optional(),
});

const NAME = 'prompt';

const kind: Kind<Fields> = {
  name: NAME,
  schema: fields,
  defaults: (space) =>
    defaultSystemPrompts.map(({ name, content, isNewConversationDefault }) => ({
      id: defaultDocumentId(NAME, space, name),
      fields: {
        '@timestamp': DEFAULTS_SINCE,
        users: [],
        name,
        content,
        prompt_type: 'system',
        is_default: true,
        is_new_conversation_default: isNewConversationDefault,
        consumer: 'securitySolutionUI',
        created_at: DEFAULTS_SINCE,
        created_by: '',
        namespace: space,
      },
    })),
};

const types: FieldTypes = {
  '@timestamp': 'date',
  users: 'nested',
  'users.id': 'keyword',
  'users.name': 'keyword',
  name: 'keyword',
  content: 'keyword',
  prompt_type: 'keyword',
  is_default: 'boolean',
  is_new_conversation_default: 'boolean',
  color: 'keyword',
  categories: 'keyword',
  consumer: 'text',
  updated_at: 'date',
  updated_by: 'keyword',
  created_at: 'date',
  created_by: 'keyword',
  namespace: 'keyword',
};

function searched({ id, fields: stored }: Prompt): Record<string, unknown> {
  return { _id: id, ...stored };
}

/** A prompt in the API's names. */
export function promptView({ id, fields: stored }: Prompt) {
  const { users, content, is_default, is_new_conversation_default, color, categories, consumer } = stored;
  const { updated_at, updated_by, created_at, created_by, namespace, name, prompt_type } = stored;
  return {
    timestamp: stored['@timestamp'],
    createdAt: created_at,
    users,
    content,
    isDefault: is_default,
    isNewConversationDefault: is_new_conversation_default,
    updatedAt: updated_at,
    namespace,
    id,
    name,
    promptType: prompt_type,
    color,
    categories,
    consumer,
    createdBy: created_by,
    updatedBy: updated_by,
  };
}

/** One page of the prompts of a space, everybody's. The filter is percent-decoded once more. */
export async function findPrompts(space: string, request: FindRequest, now: Date) {
  const filter = decoded(request.filter ?? '');
  return findPage(await allDocuments(kind, space), searched, types, { ...request, filter }, now);
}

/** @throws ServerError for a broken percent escape */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new ServerError('URI malformed', { cause: error });
  }
}

type Changeable = {
  color?: string | undefined;
  categories?: string[] | undefined;
  isNewConversationDefault?: boolean | undefined;
};

export type BulkRequest = {
  create?:
    | readonly (Changeable & {
        name: string;
        content: string;
        promptType: (typeof promptTypes)[number];
        isDefault?: boolean | undefined;
        consumer?: string | undefined;
      })[]
    | undefined;
  update?: readonly (Changeable & { id: string; content?: string | undefined })[] | undefined;
  delete?: { ids?: readonly string[] | undefined } | undefined;
};

/**
 * Creates, changes and deletes prompts: those that are the caller's own or nobody's. A change without content empties it.
 *
 * @throws Conflict when the caller has a prompt of that name; ServerError when a name is no KQL
 */
export async function changePrompts(
  space: string,
  { create = [], update = [], delete: { ids = [] } = {} }: BulkRequest,
  { principal, now }: { principal: Principal; now: Date },
): Promise<BulkOutcome<Prompt>> {
  const uid = profileUid(principal);
  if (create.length > 0) refuseExisting(await allDocuments(kind, space), create, uid, now);
  const wanted = await documentsWithIds(kind, space, [...update.map(({ id }) => id), ...ids]);
  const mine = wanted.filter(
    ({ fields: { users } }) => users.length === 0 || users.some((each) => isCaller(each, uid, principal)),
  );
  const isMine = (id: string) => mine.some((each) => each.id === id);
  const work = {
    create,
    update: update.filter(({ id }) => isMine(id)),
    remove: [...new Set(ids.filter(isMine))],
  };
  const nothingLeft = work.create.length + work.update.length + work.remove.length === 0;
  const isEmpty = nothingLeft && update.length + ids.length > 0;
  const time = now.toISOString();
  const owner = { ...(uid !== undefined && { id: uid }), name: principal.username };
  return runBulk(
    { ...work, isEmpty },
    {
      create: ({ name, content, promptType, isDefault, consumer, ...others }) => {
        const created: Fields = {
          '@timestamp': time,
          users: [owner],
          name,
          content,
          prompt_type: promptType,
          ...(isDefault !== undefined && { is_default: isDefault }),
          ...given(others),
          ...(consumer !== undefined && { consumer }),
          updated_at: time,
        };
        return createDocument(kind, space, created, now);
      },
      update: ({ id, content = '', ...others }) =>
        updateDocument(kind, space, id, (was) => ({ ...was, content, ...given(others), updated_at: time }), now),
      remove: (id) => deleteDocument(kind, space, id, now),
    },
  );
}

/** What was sent, by its stored name. */
function given({ color, categories, isNewConversationDefault }: Changeable) {
  return {
    ...(color !== undefined && { color }),
    ...(categories !== undefined && { categories }),
    ...(isNewConversationDefault !== undefined && { is_new_conversation_default: isNewConversationDefault }),
  };
}

/** Users are told apart by their profile; callers without one (API keys) by their name. */
function isCaller({ id, name }: z.output<typeof user>, uid: string | undefined, { username }: Principal): boolean {
  return id === undefined ? uid === undefined && name === username : id === uid;
}

/** Names stand in the filter as they are, neither quoted nor escaped, as in Kibana: a colon in one is an error. */
function refuseExisting(
  all: readonly Prompt[],
  create: readonly { name: string }[],
  uid: string | undefined,
  now: Date,
): void {
  const found = new Set<Prompt>();
  for (const alternatives of alternativesIn(
    'name',
    create.map(({ name }) => name),
  )) {
    const matches = filterOf(`users:{ id: "${uid}" } AND (${alternatives})`, types, now);
    for (const existing of all.filter((each) => matches(searched(each)))) found.add(existing);
  }
  if (found.size === 0) return;
  throw new Conflict(`prompt with id: "${namedIds(found)}" already exists`);
}
