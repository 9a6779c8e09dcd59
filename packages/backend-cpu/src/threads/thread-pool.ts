import { DeviceLostError } from '@unroll/backend/errors';
import { startThread, type Thread } from '#threads';
import type { Kernels } from '../generated/kernels.ts';
import { type KernelName, kernelNames } from '../wasm.ts';
import { ARGUMENTS, control, MAX_ARGUMENTS, stateOf, threadState } from './control.ts';

/** Busy polls before a blocking wait; a working thread mostly finishes within them. */
const SPINS = 20_000;
/** Length of one wait for a thread. */
const WAIT_MS = 50;

export interface ThreadPoolOptions {
  /** Starts a thread; for tests. */
  start?: typeof startThread;
  /** Milliseconds without any progress after which a thread that has not left a job counts as dead. Default 10,000 */
  patience?: number;
}

/**
 * Threads that share a kernel's items with the calling thread. A job is a kernel, its arguments and a number of items.
 * Every thread takes `grain` items at a time until none is left, so a slow thread delays the others by at most one
 * piece.
 *
 * The description is written only while the job is closed and every thread is idle. A thread first marks itself as
 * working, then checks whether the job is open. The caller first closes the job, then waits until no thread is marked
 * as working. Atomics are sequentially consistent, so at least one of the two sees the other's write.
 */
export class ThreadPool {
  readonly #kernels: Kernels;
  readonly #places: ReadonlyMap<KernelName, number>;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;
  readonly #threads: Thread[] = [];
  readonly #maySleep: boolean;
  readonly #start: typeof startThread;
  readonly #patience: number;
  #failure: Error | undefined;

  constructor(
    kernels: Kernels,
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    { start = startThread, patience = 10_000 }: ThreadPoolOptions = {},
  ) {
    this.#kernels = kernels;
    this.#places = new Map(kernelNames(module).map((name, place) => [name, place]));
    this.#words = new Int32Array(memory.buffer, 0, ARGUMENTS / 4);
    this.#numbers = new Float64Array(memory.buffer, ARGUMENTS, MAX_ARGUMENTS);
    this.#maySleep = maySleep(this.#words);
    this.#start = start;
    this.#patience = patience;
  }

  /**
   * Starts threads in addition to the calling one.
   *
   * @throws if a thread does not start; the started threads are stopped
   */
  async start(count: number, module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<void> {
    const names = kernelNames(module);
    const starting = Array.from({ length: count }, (_, thread) =>
      this.#start({ module, memory, kernelNames: names, thread }, (reason) => this.#fail(thread, reason)),
    );
    const results = await Promise.allSettled(starting);
    for (const result of results) if (result.status === 'fulfilled') this.#threads.push(result.value);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) {
      this.stop();
      throw new Error(`a thread could not be started: ${String(failed.reason)}`);
    }
  }

  /** Number of threads that work on a job, including the calling one */
  get size(): number {
    return this.#threads.length + 1;
  }

  /**
   * Runs `kernel(...args, begin, end)` over all of `items`, `grain` of them at a time; returns when all are done.
   *
   * @throws if a thread has died, now or earlier
   */
  run(kernel: KernelName, args: readonly number[], items: number, grain: number): void {
    const place = this.#kernels[kernel] as (...args: number[]) => void;
    if (this.#threads.length === 0 || items <= grain) {
      place(...args, 0, items);
      return;
    }
    if (this.#failure) throw this.#failure;
    const words = this.#words;
    this.#numbers.set(args);
    words[control.kernel] = this.#places.get(kernel)!;
    words[control.argumentCount] = args.length;
    words[control.items] = items;
    words[control.grain] = grain;
    Atomics.store(words, control.next, 0);
    Atomics.store(words, control.open, 1);
    Atomics.add(words, control.epoch, 1);
    Atomics.notify(words, control.epoch);
    try {
      for (;;) {
        const begin = Atomics.add(words, control.next, grain);
        if (begin >= items) break;
        place(...args, begin, Math.min(begin + grain, items));
      }
    } finally {
      Atomics.store(words, control.open, 0);
      for (let thread = 0; thread < this.#threads.length; thread++) this.#waitFor(thread);
    }
  }

  stop(): void {
    for (const thread of this.#threads) thread.terminate();
    this.#threads.length = 0;
  }

  /**
   * Waits until a thread has left the job. A thread that died during the job never leaves it; then the heartbeat stops.
   */
  #waitFor(thread: number): void {
    const words = this.#words;
    const state = stateOf(thread);
    for (let spin = 0; spin < SPINS; spin++) {
      const now = Atomics.load(words, state);
      if (now === threadState.idle) return;
      if (now === threadState.dead) break;
    }
    // Counts waits instead of time, because a process that was suspended has not stalled.
    const limit = Math.ceil(this.#patience / WAIT_MS);
    let progress = Atomics.load(words, control.heartbeat);
    for (let waits = 0; waits < limit; waits++) {
      const now = Atomics.load(words, state);
      if (now === threadState.idle) return;
      if (now === threadState.dead) throw this.#fail(thread, 'it ended in the middle of a kernel');
      this.#pause(state);
      const heartbeat = Atomics.load(words, control.heartbeat);
      if (heartbeat !== progress) waits = 0;
      progress = heartbeat;
    }
    throw this.#fail(thread, `it has not moved for ${this.#patience / 1000} s in the middle of a kernel`);
  }

  /**
   * Waits until the thread changes its state or `WAIT_MS` have passed. A page's main thread cannot sleep and polls
   * instead.
   */
  #pause(state: number): void {
    if (this.#maySleep) {
      Atomics.wait(this.#words, state, threadState.working, WAIT_MS);
      return;
    }
    const until = performance.now() + WAIT_MS;
    while (Atomics.load(this.#words, state) === threadState.working && performance.now() < until);
  }

  /** Refuses all further jobs, because a half-dead thread may still write to memory. */
  #fail(thread: number, reason: string): Error {
    this.#failure ??= new DeviceLostError(
      `unroll-cpu: thread ${thread + 2} of ${this.size} died (${reason}). Results of the operation that it worked on are ` +
        'lost; tensors that are complete can still be read. Call useBackend(cpu()) to start again with new threads, or ' +
        'useBackend(cpu({ threads: 1 })) to do without.',
    );
    for (const each of this.#threads) each.terminate();
    return this.#failure;
  }
}

/** Whether this thread may block; a page's main thread may not. */
function maySleep(words: Int32Array): boolean {
  try {
    Atomics.wait(words, control.epoch, Atomics.load(words, control.epoch), 0);
    return true;
  } catch {
    return false;
  }
}
