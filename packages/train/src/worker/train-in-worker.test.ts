import { Worker } from 'node:worker_threads';
import * as nn from '@unroll/nn';
import type { TrainingEvent } from '@unroll/train';
import { trainInWorker, type WorkerTrainingError } from '@unroll/train/worker';
import { describe, expect, it } from 'vitest';
import { TinyClassifier } from '../../test/tiny-run.ts';
import type { TinyTraining } from '../../test/workers/create-trainer.ts';

const module = new URL('../../test/workers/create-trainer.ts', import.meta.url);

const start = (data: TinyTraining, options = {}) => trainInWorker(module, { data, ...options });

describe.each(['cpu', 'onnxruntime'] as const)('a run in a worker on %s', (backend) => {
  it('reports events in order, and gives the weights of a run in this thread', async () => {
    const events: TrainingEvent[] = [];
    const report = (event: TrainingEvent) => {
      events.push(event);
    };
    const there = await start({ backend, steps: 20 }, { reporters: [report] }).finished;
    const here = await start({ backend, steps: 20 }, { worker: false }).finished;
    expect(there.weights).toEqual(here.weights);
    expect(there).toMatchObject({ reason: 'steps', step: 20 });
    expect(events[0]!.type).toBe('start');
    expect(events.at(-1)!.type).toBe('end');
    const steps = events.flatMap((event) => (event.type === 'step' ? [event.step] : []));
    expect(steps).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    using model = new TinyClassifier();
    await nn.load(model, there.weights);
  });

  it('pauses, resumes, and stops after the current step', async () => {
    let steps = 0;
    const report = ({ type }: TrainingEvent) => {
      if (type === 'step') steps++;
    };
    const run = start({ backend, steps: 1e6 }, { reporters: [report] });
    while (steps < 5) await wait(10);
    run.pause();
    await wait(300);
    const paused = steps;
    await wait(300);
    expect(steps).toBe(paused);
    run.resume();
    while (steps < paused + 5) await wait(10);
    const { reason, message, step } = await run.stop('enough');
    expect({ reason, message, step }).toEqual({ reason: 'interrupted', message: 'enough', step: steps });
  });
});

describe('a run in a worker', () => {
  it('that fails rejects with the error’s name, message and stack', async () => {
    const error = await failureOf(start({ backend: 'cpu', steps: 2, fails: true }).finished);
    expect(error.message).toBe('trainInWorker: this loss fails');
    expect(error.errorName).toBe('Error');
    expect(error.stack).toContain('create-trainer.ts');
  });

  it('rejects for a module that is missing or makes no trainer, and throws for data that cannot be copied', async () => {
    const other = new URL('../../test/tiny-run.ts', import.meta.url);
    const { message } = await failureOf(trainInWorker(other).finished);
    expect(message).toMatch(/tiny-run.ts exports no function createTrainer; it exports .*tinyRun/);
    const missing = await failureOf(trainInWorker(new URL('nowhere.js', import.meta.url)).finished);
    expect(missing.message).toContain('nowhere.js');
    const noTrainer = new URL('../../test/workers/no-trainer.ts', import.meta.url);
    const { message: words } = await failureOf(trainInWorker(noTrainer).finished);
    expect(words).toBe('trainInWorker: what createTrainer returned is an object; expected a Trainer');
    expect(() => start({ backend: 'cpu', steps: 2 }, { data: () => 1 })).toThrow(
      'trainInWorker: data cannot be copied to a worker: () => 1 could not be cloned',
    );
    expect(() => trainInWorker(5 as never)).toThrow(
      'trainInWorker: module is 5; expected the address of a module',
    );
  });

  it('whose worker ends rejects with the worker’s exit code', async () => {
    const ending = new Worker('setTimeout(() => process.exit(3), 100)', { eval: true });
    const error = await failureOf(trainInWorker(ending).finished);
    expect(error.message).toBe('trainInWorker: the worker ended with exit code 3');
  });

  it('waits for its reporters, so that events do not pile up', async () => {
    let told = 0;
    let reached = 0;
    const report = async (event: TrainingEvent) => {
      if (event.type === 'step') reached = event.step;
      if (++told === 20) await wait(400);
    };
    const run = start({ backend: 'cpu', steps: 1e6 }, { reporters: [report] });
    while (told < 20) await wait(5);
    await wait(300);
    const { step } = await run.stop();
    expect(reached).toBe(step);
    expect(step).toBeLessThan(20 + 2 * 64);
  });

  it('ends when a reporter of the program throws', async () => {
    const report = () => {
      throw new Error('no paper left');
    };
    const run = start({ backend: 'cpu', steps: 1e6 }, { reporters: [report] });
    await expect(run.finished).rejects.toThrow('no paper left');
  });
});

const failureOf = (finished: Promise<unknown>): Promise<WorkerTrainingError> =>
  finished.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: WorkerTrainingError) => error,
  );

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
