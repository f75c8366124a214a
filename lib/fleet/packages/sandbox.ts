import { parentPort, Worker, workerData } from 'node:worker_threads';
import { BadRequest, HttpError, NotFound } from '../../errors/errors.ts';

/**
 * Runs a function that works on what a stranger wrote in a thread of its own, with limits of computing time and memory. The
 * thread has neither the environment nor anything of this one but its input.
 *
 * The function's own file is the thread's entry: locally that is a file of the build, on Lambda the whole bundle, which
 * takes the role that it is told. So nothing but `serve` may happen when such a file is loaded.
 */
export type Limits = {
  /** Milliseconds that the function may compute. Neither the thread's start counts nor the time in which it has to wait. */
  cpuMs: number;
  heapMb: number;
};

/** Milliseconds between two looks at what a thread has computed. */
const LOOK_MS = 50;

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
export function runInSandbox(file: string, order: Order, { cpuMs, heapMb }: Limits): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const thread = new Worker(file, {
    workerData: order,
    env: {},
    argv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
  });
  const tooLong = () => reject(new BadRequest(`The package takes longer than ${cpuMs} ms to process`));
  let limit: NodeJS.Timeout | undefined;
  thread.on('message', (message: 'started' | Outcome) => {
    if (message === 'started') limit = whenComputed(thread, cpuMs, tooLong);
    else if ('output' in message) resolve(message.output);
    else reject(message.status === 404 ? new NotFound(message.message) : new BadRequest(message.message));
  });
  thread.on('error', (error) => reject(isOutOfMemory(error) ? tooLarge(heapMb) : error));
  thread.on('exit', (code) => reject(new Error(`the thread ended with code ${code}`)));
  return promise.finally(() => {
    clearInterval(limit);
    return thread.terminate();
  });
}

/** Calls back when the thread has computed for so long from now on. A clock would also run while the machine is busy. */
function whenComputed(thread: Worker, cpuMs: number, then: () => void): NodeJS.Timeout {
  let before: NodeJS.CpuUsage | undefined;
  const look = async () => {
    before ??= await thread.cpuUsage();
    const { user, system } = await thread.cpuUsage(before);
    if (user + system >= cpuMs * 1_000) then();
  };
  // A thread that has ended cannot be asked, and need not be.
  return setInterval(() => look().catch(() => undefined), LOOK_MS);
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function tooLarge(heapMb: number): BadRequest {
  return new BadRequest(`The package takes more than ${heapMb} MB to process`);
}
