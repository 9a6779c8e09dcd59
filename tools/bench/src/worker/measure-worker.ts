import { monitorEventLoopDelay } from 'node:perf_hooks';
import { useBackend } from '@unroll/backend';
import type { TrainingEvent } from '@unroll/train';
import { trainInWorker } from '@unroll/train/worker';
import { markdownTable } from 'markdown-table';
import { trainingSteps } from '../peers/unroll-training.ts';
import { summarise } from '../statistics.ts';
import type { TrainingWorkload } from '../workload.ts';
import { workloadById } from '../workloads.ts';
import { workerBackends } from './e2e-trainer.ts';

const STEPS = 150;
const WARM_UP = 30;
const THREADS = 2;

type BackendName = keyof typeof workerBackends;

/** Milliseconds of each step after the first ones, and of the longest time that this thread's events had to wait. */
interface Measured {
  readonly milliseconds: number[];
  readonly longestBlock: number;
}

const ways: Readonly<Record<string, (backend: BackendName) => Promise<Measured>>> = {
  'a loop of trainingStep': ownLoop,
  'the trainer, in this thread': (backend) => trained(backend, false),
  'the trainer, in a worker': (backend) => trained(backend, true),
};

async function ownLoop(backend: BackendName): Promise<Measured> {
  await useBackend(workerBackends[backend]({ threads: THREADS }));
  const { run, dispose } = trainingSteps(workloadById('E2E') as TrainingWorkload);
  const milliseconds: number[] = [];
  const longestBlock = await blockedDuring(async () => {
    for (let i = 0; i < STEPS; i++) {
      const start = performance.now();
      await run('step');
      if (i >= WARM_UP) milliseconds.push(performance.now() - start);
    }
  });
  dispose?.();
  return { milliseconds, longestBlock };
}

async function trained(backend: BackendName, worker: boolean): Promise<Measured> {
  const milliseconds: number[] = [];
  const report = (event: TrainingEvent) => {
    if (event.type === 'step' && event.step > WARM_UP) milliseconds.push(1000 * event.seconds);
  };
  // The module's build lies beside this one's.
  const module = new URL('./e2e-trainer.js', import.meta.url);
  const data = { backend, threads: THREADS, steps: STEPS };
  const longestBlock = await blockedDuring(
    () => trainInWorker(module, { data, worker, reporters: [report] }).finished,
  );
  return { milliseconds, longestBlock };
}

/** The longest time that an event had to wait while something ran, in milliseconds. */
async function blockedDuring(f: () => Promise<unknown>): Promise<number> {
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  await f();
  monitor.disable();
  return monitor.max / 1e6;
}

/** Trains E2E by a loop, by the trainer and by the trainer in a worker, by turns. */
export async function measureWorker(print: (line: string) => void, rounds: number): Promise<void> {
  for (const backend of Object.keys(workerBackends) as BackendName[]) {
    const all = Object.fromEntries(Object.keys(ways).map((way): [string, Measured[]] => [way, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [way, run] of Object.entries(ways)) all[way]!.push(await run(backend));
    }
    const medians = Object.entries(all).map(([way, measured]) => {
      const { median, quartiles } = summarise(measured.flatMap(({ milliseconds }) => milliseconds));
      return { way, median, quartiles, block: Math.max(...measured.map(({ longestBlock }) => longestBlock)) };
    });
    const { median: here } = medians[1]!;
    print(`\nE2E on ${backend}, ${THREADS} threads, ${rounds} × ${STEPS - WARM_UP} steps:\n`);
    print(
      markdownTable([
        ['', 'ms a step, quartiles', 'throughput', 'longest block of the calling thread, ms'],
        ...medians.map(({ way, median, quartiles, block }) => [
          way,
          `${median.toFixed(2)} (${quartiles.map((value) => value.toFixed(2)).join('–')})`,
          (here / median).toFixed(2),
          block.toFixed(1),
        ]),
      ]),
    );
  }
}
