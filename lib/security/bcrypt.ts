import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import bcrypt from 'bcryptjs';
import { config } from '../config.ts';

/**
 * bcrypt takes 86 ms of pure computing. On Lambda that is the request's own time. Where one process serves everybody, the
 * local run, a worker computes (`BCRYPT_WORKER` names its file), so that nobody else waits.
 */
export type BcryptTask = { id: string } & ({ hash: string; cost: number } | { compare: string; with: string });
export type BcryptResult = { id: string; result: string | boolean };

/** What a task asks for. */
export async function compute(task: BcryptTask): Promise<string | boolean> {
  return 'hash' in task ? bcrypt.hash(task.hash, task.cost) : bcrypt.compare(task.compare, task.with);
}

/** The bcrypt hash of a password, in the spelling that Elasticsearch has (`$2a$`). */
export async function bcryptHash(password: string, cost: number): Promise<string> {
  const hash = await run({ id: randomUUID(), hash: password, cost });
  return String(hash).replace(/^\$2b\$/, '$2a$');
}

/** True when the password is the one that was hashed. */
export async function bcryptCompare(password: string, hash: string): Promise<boolean> {
  return (await run({ id: randomUUID(), compare: password, with: hash })) === true;
}

function run(task: BcryptTask): Promise<string | boolean> {
  const { bcryptWorker } = config();
  return bcryptWorker === undefined ? compute(task) : inWorker(task, bcryptWorker);
}

let worker: Worker | undefined;
const waiting = new Map<string, (result: string | boolean) => void>();

function inWorker(task: BcryptTask, file: string): Promise<string | boolean> {
  worker ??= startWorker(file);
  const { promise, resolve } = Promise.withResolvers<string | boolean>();
  waiting.set(task.id, resolve);
  worker.postMessage(task);
  return promise;
}

function startWorker(file: string): Worker {
  const started = new Worker(file);
  started.on('message', ({ id, result }: BcryptResult) => {
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  // It must not keep the process alive.
  started.unref();
  return started;
}
