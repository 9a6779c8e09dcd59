import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { useBackend } from '@unroll/backend';
import type { TrainingEvent } from '@unroll/train';
import { trainInWorker } from '@unroll/train/worker';
import { markdownTable } from 'markdown-table';
import { trainingSteps } from '../peers/unroll-training.ts';
import { summarise } from '../statistics.ts';
import type { TrainingWorkload } from '../workload.ts';
import { workloadById } from '../workloads.ts';
import { workerBackends } from './e2e-trainer.ts';
import { type LoopTimes, watchLoop } from './watch-loop.ts';

const STEPS = 150;
const WARM_UP = 30;
const THREADS = 2;

type BackendName = keyof typeof workerBackends;

interface Measured {
  /** The duration of each step, without the first steps */
  readonly milliseconds: number[];
  readonly loop: LoopTimes;
  /** The longest delay of a timer in an idle process at the same time, in milliseconds */
  readonly besides: number;
}

const ways: Readonly<Record<string, (backend: BackendName) => Promise<number[]>>> = {
  'a loop of trainingStep': ownLoop,
  'the trainer, in this thread': (backend) => trained(backend, false),
  'the trainer, in a worker': (backend) => trained(backend, true),
};

async function ownLoop(backend: BackendName): Promise<number[]> {
  await useBackend(workerBackends[backend]({ threads: THREADS }));
  const { run, dispose } = trainingSteps(workloadById('E2E') as TrainingWorkload);
  const milliseconds: number[] = [];
  for (let i = 0; i < STEPS; i++) {
    const start = performance.now();
    await run('step');
    if (i >= WARM_UP) milliseconds.push(performance.now() - start);
  }
  dispose?.();
  return milliseconds;
}

async function trained(backend: BackendName, worker: boolean): Promise<number[]> {
  const milliseconds: number[] = [];
  const report = (event: TrainingEvent) => {
    if (event.type === 'step' && event.step > WARM_UP) milliseconds.push(1000 * event.seconds);
  };
  // The compiled module is in the same folder.
  const module = new URL('./e2e-trainer.js', import.meta.url);
  const data = { backend, threads: THREADS, steps: STEPS };
  await trainInWorker(module, { data, worker, reporters: [report] }).finished;
  return milliseconds;
}

async function measured(run: () => Promise<number[]>): Promise<Measured> {
  const idle = idleProcess();
  const watch = watchLoop();
  const milliseconds = await run();
  const loop = watch.stop();
  return { milliseconds, loop, besides: await idle() };
}

/** Starts an idle process. The returned function ends it, and returns its longest delay. */
function idleProcess(): () => Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./idle-process.js', import.meta.url))]);
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk;
  });
  return () =>
    new Promise((resolve) => {
      child.on('close', () => resolve(Number(printed)));
      child.stdin.end();
    });
}

/** Trains E2E in turn by a loop, by the trainer, and by the trainer in a worker. */
export async function measureWorker(print: (line: string) => void, rounds: number): Promise<void> {
  for (const backend of Object.keys(workerBackends) as BackendName[]) {
    const all = Object.keys(ways).map((way) => ({ way, runs: [] as Measured[] }));
    for (let round = 0; round < rounds; round++) {
      for (const { way, runs } of all) runs.push(await measured(() => ways[way]!(backend)));
    }
    const rows = all.map(({ way, runs }) => ({
      way,
      ...summarise(runs.flatMap(({ milliseconds }) => milliseconds)),
      busy: Math.max(...runs.map(({ loop }) => loop.busy)),
      waited: Math.max(...runs.map(({ loop }) => loop.waited)),
      besides: Math.max(...runs.map(({ besides }) => besides)),
    }));
    const here = rows[1]!.median;
    print(
      `\nE2E on ${backend}, ${THREADS} threads, ${rounds} × ${STEPS - WARM_UP} steps; longest of all, in ms:\n`,
    );
    print(
      markdownTable([
        [
          '',
          'a step (quartiles)',
          'throughput',
          'thread busy',
          'timer waits',
          'timer of an idle process waits',
        ],
        ...rows.map(({ way, median, quartiles, busy, waited, besides }) => [
          way,
          `${median.toFixed(2)} (${quartiles.map((value) => value.toFixed(2)).join('–')})`,
          (here / median).toFixed(2),
          busy.toFixed(1),
          waited.toFixed(1),
          besides.toFixed(1),
        ]),
      ]),
    );
  }
}
