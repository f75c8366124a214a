import { parentPort } from 'node:worker_threads';
import { type BcryptResult, type BcryptTask, compute } from '../security/bcrypt.ts';

/** Computes bcrypt beside the thread that serves requests. */
parentPort?.on('message', async (task: BcryptTask) => {
  const result: BcryptResult = { id: task.id, result: await compute(task) };
  parentPort?.postMessage(result);
});
