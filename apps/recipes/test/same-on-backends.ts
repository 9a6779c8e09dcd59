import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { type Metrics, Trainer, type TrainerOptions } from '@unroll/train';
import { expect, it } from 'vitest';
import { backendChoices } from '../src/backends.ts';

/** The updates at the beginning, in which rounding has hardly grown */
const FIRST = 10;
/** The greatest relative difference of their losses. Measured: 5e-7. Dropout's masks are the same on all backends. */
const FIRST_TOLERANCE = 1e-5;
/** That of the mean of the last losses, which updates on rounded gradients move apart. Measured: 1e-5 */
const LAST_TOLERANCE = 1e-3;

/** A training to compare, with a fresh model. */
export interface ComparedTraining<Batch, Judged extends Metrics> {
  readonly training: TrainerOptions<Batch, Judged>;
  /** Uses the trained model. */
  readonly use?: (values: Readonly<Record<string, number>>) => Promise<void> | void;
}

/** What a test of the same training on two backends consists of. */
export interface SameOnBackends<Batch, Judged extends Metrics> {
  /** Updates, a multiple of those of an epoch */
  readonly steps: number;
  /** The mean of the last losses is below this fraction of the first loss. */
  readonly falls: number;
  /** Makes the model and its training; the seed of the weights is 1. */
  readonly begin: (
    fractionDone: () => number,
  ) => ComparedTraining<Batch, Judged> | Promise<ComparedTraining<Batch, Judged>>;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const relative = (one: number, other: number) => Math.abs(one - other) / Math.max(Math.abs(other), 1e-3);

/** Trains on a backend, in one thread. @returns the loss of each update */
async function lossesOn<Batch, Judged extends Metrics>(
  backend: string,
  { steps, begin }: SameOnBackends<Batch, Judged>,
): Promise<number[]> {
  await useBackend(backendChoices[backend]!({ threads: 1 }));
  nn.manualSeed(1);
  const before = tf.memory().numTensors;
  const losses: number[] = [];
  {
    const { training, use } = await begin(() => losses.length / steps);
    const { epochs: _epochs, ...others } = training;
    using _model = training.model;
    using _optimizer = training.optimizer;
    const { values } = await new Trainer<Batch, Judged>({
      ...others,
      steps,
      reporters: [
        (event) => {
          if (event.type === 'step') losses.push(event.loss);
        },
      ],
    }).fit();
    await use?.(values);
  }
  expect(tf.memory().numTensors, `tensors left behind on ${backend}`).toBe(before);
  return losses;
}

/** A test that a recipe learns the same on `cpu` and on `onnxruntime`, and leaves no tensor behind. */
export function itLearnsTheSame<Batch, Judged extends Metrics>(
  name: string,
  compared: SameOnBackends<Batch, Judged>,
): void {
  it(name, async () => {
    const ours = await lossesOn('cpu', compared);
    const others = await lossesOn('onnxruntime', compared);
    expect(ours).toHaveLength(compared.steps);
    expect(others).toHaveLength(compared.steps);
    const first = ours.slice(0, FIRST).map((loss, i) => relative(loss, others[i]!));
    expect(Math.max(...first)).toBeLessThan(FIRST_TOLERANCE);
    const [ourLast, otherLast] = [ours, others].map((losses) => mean(losses.slice(-FIRST))) as [
      number,
      number,
    ];
    expect(relative(ourLast, otherLast)).toBeLessThan(LAST_TOLERANCE);
    for (const last of [ourLast, otherLast]) expect(last).toBeLessThan(compared.falls * ours[0]!);
  });
}
