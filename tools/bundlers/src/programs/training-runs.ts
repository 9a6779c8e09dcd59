import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import * as nn from '@unroll/nn';
import type { TrainingEvent } from '@unroll/train';
import type { TrainInWorkerOptions, WorkerTraining, WorkerTrainingResult } from '@unroll/train/worker';
import { LongestGap } from './longest-gap.ts';
import { type TrainingOfPage, WaveClassifier } from './training-of-page.ts';

/** The page's results, for the program that drives it. */
export interface TrainingReport {
  /** The number of events of each type in the undisturbed run */
  events: Record<string, number>;
  /** Number of events that arrived during the pause, after those that had already been sent */
  eventsInPause: number;
  stopped: Ended;
  resumed: Ended & { resumedFrom: string | undefined };
  alone: Ended;
  /** Whether the weights of the stopped and resumed run are bit for bit those of the undisturbed run */
  sameWeights: boolean;
  /** Whether the weights are the same after the page's own model has loaded them */
  loaded: boolean;
  /** The last text that the page showed */
  shown: string;
  /** In milliseconds: the longest step of the run, and the longest delay of the page meanwhile */
  longest: { step: number; timer: number; frame: number };
}

interface Ended extends Pick<WorkerTrainingResult, 'reason' | 'message' | 'step' | 'epoch'> {
  checkpoint: string | undefined;
}

/** Starts a run in a new worker. */
export type Start = (options: TrainInWorkerOptions) => WorkerTraining;

/** Trains without interruption, then the same with a stop in between, and compares. */
export async function trainingReport(start: Start): Promise<TrainingReport> {
  const train = (store: string, told: (event: TrainingEvent) => void): WorkerTraining =>
    start({ data: { store, epochs: 3 } satisfies TrainingOfPage, reporters: [told, show] });

  const events: Record<string, number> = {};
  let step = 0;
  const gap = new LongestGap();
  const alone = await train('runs/alone', (event) => {
    events[event.type] = (events[event.type] ?? 0) + 1;
    if (event.type === 'step') step = Math.max(step, 1000 * event.seconds);
  }).finished;
  const longest = { step, ...gap.end() };

  const disturbed = await stoppedRun((told) => train('runs/disturbed', told));
  let resumedFrom: string | undefined;
  const resumed = await train('runs/disturbed', (event) => {
    if (event.type === 'start') resumedFrom = event.resumedFrom;
  }).finished;

  await useBackend(cpu());
  const model = new WaveClassifier();
  await nn.load(model, resumed.weights);
  return {
    events,
    ...disturbed,
    resumed: { ...endOf(resumed), resumedFrom },
    alone: endOf(alone),
    sameWeights: areSame(alone.weights, resumed.weights),
    loaded: areSame(alone.weights, await nn.save(model)),
    shown: document.body.textContent ?? '',
    longest,
  };
}

/** Shows the progress of a run. */
function show(event: TrainingEvent): void {
  const loss = 'loss' in event ? `, loss ${event.loss}` : '';
  document.body.textContent = `${event.type} after step ${event.step}${loss}`;
}

/** Pauses a run, resumes it, and stops it. */
async function stoppedRun(
  train: (told: (event: TrainingEvent) => void) => WorkerTraining,
): Promise<Pick<TrainingReport, 'eventsInPause' | 'stopped'>> {
  let step = 0;
  let count = 0;
  const run = train((event) => {
    step = event.step;
    count++;
  });
  while (step < 3) await wait(5);
  run.pause();
  // Wait until the current step has ended, however long that takes.
  for (let before = -1; before < count; ) {
    before = count;
    await wait(500);
  }
  const before = count;
  await wait(500);
  const eventsInPause = count - before;
  run.resume();
  while (step < 6) await wait(5);
  return { eventsInPause, stopped: endOf(await run.stop('the user has seen enough')) };
}

const endOf = ({ reason, message, step, epoch, checkpoint }: WorkerTrainingResult): Ended => ({
  reason,
  message,
  step,
  epoch,
  checkpoint,
});

const areSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, i) => byte === other[i]);

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
