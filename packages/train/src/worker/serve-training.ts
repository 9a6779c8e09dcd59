import { idle } from '@unroll/backend';
import { checkValue, kind, messageOf } from '@unroll/backend/checks';
import type { TrainingEvent } from '../events.ts';
import type { Trainer } from '../trainer.ts';
import { withMethods } from '../with-methods.ts';
import { EventWindow } from './event-window.ts';
import type { FailureWords, FromWorker, Port, ToWorker } from './messages.ts';

/** Makes the trainer in the thread in which it runs: it chooses the backend, makes the model and opens the data. */
export type CreateTrainer<Data = unknown> = (data: Data) => TrainerOfAny | Promise<TrainerOfAny>;

const METHODS = ['fit', 'stop', 'pause', 'resume', 'addReporter', 'saveWeights'] as const;

/** A trainer of batches of any type. */
export type TrainerOfAny = Pick<Trainer<never>, (typeof METHODS)[number]>;

/**
 * Makes the worker that calls it serve `trainInWorker(worker)`. It is for worker files of your own, which bundlers
 * find.
 *
 * @example
 * // training-worker.js, which the page starts with
 * // trainInWorker(new Worker(new URL('./training-worker.js', import.meta.url), { type: 'module' }), { data: { epochs: 3 } })
 * serveTraining(async ({ epochs }: { epochs: number }) => {
 *   await useBackend(cpu());
 *   return new Trainer({ … });
 * });
 */
export function serveTraining<Data>(createTrainer: CreateTrainer<Data>): void {
  checkValue('serveTraining', 'createTrainer', createTrainer, kind.required(kind.func));
  serve(portToProgram(), async () => createTrainer as CreateTrainer);
}

/** Serves one run on a port. `creatorOf` finds the function that makes the trainer. */
export function serve(
  port: Port<FromWorker, ToWorker>,
  creatorOf: (module: string | undefined) => Promise<CreateTrainer>,
): void {
  let trainer: TrainerOfAny | undefined;
  /** Requests that arrived before there was a trainer */
  let early: ((trainer: TrainerOfAny) => void)[] = [];
  const whenMade = (act: (trainer: TrainerOfAny) => void): void => {
    if (trainer) act(trainer);
    else early.push(act);
  };
  const events = new EventWindow();
  const tell = (event: TrainingEvent): Promise<void> | undefined => {
    port.post({ type: 'event', event });
    return events.sent();
  };
  port.listen((message) => {
    switch (message.type) {
      case 'hello':
        port.post({ type: 'listening' });
        break;
      case 'reported':
        events.taken();
        break;
      case 'start':
        void run(message.module, message.data);
        break;
      case 'stop':
        whenMade((made) => made.stop(message.message));
        break;
      case 'pause':
        whenMade((made) => made.pause());
        break;
      case 'resume':
        whenMade((made) => made.resume());
    }
  });
  port.post({ type: 'listening' });

  async function run(module: string | undefined, data: unknown): Promise<void> {
    try {
      const create = await creatorOf(module);
      trainer = await create(data);
      checkValue('trainInWorker', 'what createTrainer returned', trainer, trainerKind);
      trainer.addReporter(tell);
      for (const act of early) act(trainer);
      early = [];
      const result = await trainer.fit();
      const weights = await trainer.saveWeights();
      port.post({ type: 'done', result, weights }, [weights.buffer]);
    } catch (error) {
      // Wait for the backend: terminating a worker during a native run would end the process.
      await idle().catch(() => {});
      port.post({ type: 'failed', error: wordsOf(error) });
    }
  }
}

/** Checks the methods instead of the class: the module that made the trainer may have its own copy of this package. */
const trainerKind: kind.Kind = kind.required(withMethods('a Trainer', ...METHODS));

const wordsOf = (error: unknown): FailureWords =>
  error instanceof Error
    ? { name: error.name, message: error.message, stack: error.stack }
    : { name: 'Error', message: messageOf(error), stack: undefined };

/** A worker's connection to the program that started it. */
export function portToProgram(): Port<FromWorker, ToWorker> {
  const node =
    typeof process === 'object' && typeof process.getBuiltinModule === 'function'
      ? process.getBuiltinModule('node:worker_threads').parentPort
      : undefined;
  if (node) {
    return {
      post: (message, transfer = []) => node.postMessage(message, transfer as ArrayBuffer[]),
      listen: (receive) => node.on('message', receive),
    };
  }
  if (typeof postMessage !== 'function' || typeof document === 'object') {
    throw new Error('serveTraining: this is no worker; call it in the module that a worker runs');
  }
  return {
    post: (message, transfer = []) =>
      globalThis.postMessage(message, { transfer: transfer as ArrayBuffer[] }),
    listen: (receive) => globalThis.addEventListener('message', ({ data }) => receive(data as ToWorker)),
  };
}
