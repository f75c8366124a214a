import { BadRequest, ElasticsearchError, HttpError } from '../errors/errors.ts';

/** Most items of one bulk action: what it creates, updates, and deletes by id. */
const MAX_ITEMS = 100;

/** @throws BadRequest for a bulk action over the limit */
export function requireFewItems(...lists: readonly (readonly unknown[] | undefined)[]): void {
  if (lists.reduce((sum, list) => sum + (list?.length ?? 0), 0) <= MAX_ITEMS) return;
  throw new BadRequest(`More than ${MAX_ITEMS} ids sent for bulk edit action.`);
}

export type BulkError = { id: string; status_code: number; message: string };
export type BulkOutcome<Item> = { updated: Item[]; created: Item[]; deleted: string[]; errors: BulkError[] };

export type BulkWork<Create, Update> = {
  create: readonly Create[];
  update: readonly (Update & { id: string })[];
  /** Ids. */
  remove: readonly string[];
  /** Something was asked for, but nothing of it is there to be done. */
  isEmpty: boolean;
};

export type BulkActions<Create, Update, Item> = {
  create: (request: Create) => Promise<Item>;
  update: (request: Update & { id: string }) => Promise<Item>;
  remove: (id: string) => Promise<void>;
};

/** Creates, then updates, then deletes; each item succeeds or fails for itself. */
export async function runBulk<Create, Update, Item>(
  { create, update, remove, isEmpty }: BulkWork<Create, Update>,
  actions: BulkActions<Create, Update, Item>,
): Promise<BulkOutcome<Item>> {
  const errors: BulkError[] = [];
  const attempt = async <T>(id: string, action: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await action();
    } catch (error) {
      errors.push({ id, ...told(error) });
      return undefined;
    }
  };
  if (isEmpty) {
    // An empty bulk request is one that Elasticsearch refuses.
    errors.push({ id: '', status_code: 500, message: 'parse_exception: request body is required' });
  }
  const created = await Promise.all(create.map((request) => attempt('', () => actions.create(request))));
  // Changes of one document follow each other.
  const updated = await Promise.all(
    Array.from(Map.groupBy(update, ({ id }) => id).values(), async (requests) => {
      const done: (Item | undefined)[] = [];
      for (const request of requests) done.push(await attempt(request.id, () => actions.update(request)));
      return done;
    }),
  );
  const deleted = await Promise.all(
    remove.map((id) =>
      attempt(id, async () => {
        await actions.remove(id);
        return id;
      }),
    ),
  );
  const present = <T>(items: readonly (T | undefined)[]): T[] => items.filter((item) => item !== undefined);
  return { created: present(created), updated: present(updated.flat()), deleted: present(deleted), errors };
}

/** What an answer may tell of a failure; of one that nobody foresaw it says nothing. */
function told(error: unknown): { status_code: number; message: string } {
  if (error instanceof ElasticsearchError) return { status_code: error.status, message: error.reason };
  if (error instanceof HttpError) return { status_code: error.status, message: error.message };
  return { status_code: 500, message: 'Internal Server Error' };
}
