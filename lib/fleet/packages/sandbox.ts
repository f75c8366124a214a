import { parentPort, Worker, workerData } from 'node:worker_threads';
import { BadRequest, HttpError, NotFound } from '../../errors/errors.ts';

/**
 * Runs a function that works on what a stranger wrote in a thread of its own, with a deadline and a limit of memory. The
 * thread has neither the environment nor anything of this one but its input.
 *
 * The function's own file is the thread's entry: locally that is a file of the build, on Lambda the whole bundle, which
 * takes the role that it is told. So nothing but `serve` may happen when such a file is loaded.
 */
export type Limits = {
  /** Milliseconds for the function; the thread's start does not count. */
  deadlineMs: number;
  heapMb: number;
};

/** Milliseconds that a thread may take to start: far more than it needs on a busy laptop. */
const START_MS = 10_000;

type Order = { role: string; input: unknown };
type Outcome = { output: unknown } | { status: number; message: string };

/** In a thread of this role: does the work and ends. Everywhere else: nothing. */
export function serve<Input>(role: string, parse: (input: unknown) => Input, work: (input: Input) => unknown): void {
  const order = orderOf(workerData);
  if (parentPort === null || order?.role !== role) return;
  parentPort.postMessage('started');
  parentPort.postMessage(outcomeOf(() => work(parse(order.input))));
}

function orderOf(data: unknown): Order | undefined {
  if (typeof data !== 'object' || data === null || !('role' in data) || !('input' in data)) return undefined;
  return typeof data.role === 'string' ? { role: data.role, input: data.input } : undefined;
}

function outcomeOf(work: () => unknown): Outcome {
  try {
    return { output: work() };
  } catch (error) {
    // What is not foreseen here is the stranger's doing, too: a stack or a text that grew too large.
    const status = error instanceof HttpError ? error.status : 400;
    return { status, message: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Has the work of a role done in a thread.
 *
 * @param file the file that calls `serve` for the role
 * @throws BadRequest, or NotFound, as the work did; BadRequest when it took too long or too much memory
 */
export function runInSandbox(file: string, order: Order, { deadlineMs, heapMb }: Limits): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const thread = new Worker(file, {
    workerData: order,
    env: {},
    argv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
  });
  const tooLong = () => reject(new BadRequest(`The package takes longer than ${deadlineMs} ms to process`));
  let timer = setTimeout(() => reject(new Error('the thread did not start')), START_MS);
  thread.on('message', (message: 'started' | Outcome) => {
    if (message === 'started') {
      clearTimeout(timer);
      timer = setTimeout(tooLong, deadlineMs);
    } else if ('output' in message) resolve(message.output);
    else reject(message.status === 404 ? new NotFound(message.message) : new BadRequest(message.message));
  });
  thread.on('error', (error) => reject(isOutOfMemory(error) ? tooLarge(heapMb) : error));
  thread.on('exit', (code) => reject(new Error(`the thread ended with code ${code}`)));
  return promise.finally(() => {
    clearTimeout(timer);
    return thread.terminate();
  });
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tooLarge(heapMb: number): BadRequest {
  return new BadRequest(`The package takes more than ${heapMb} MB to process`);
}
