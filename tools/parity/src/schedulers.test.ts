import { variable, zeros } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { largestDistance } from '@unroll/backend-testkit/torch';
import * as optim from '@unroll/optim';
import { afterAll, describe, expect, it } from 'vitest';
import { byName, readFixtures } from './fixture.ts';
import { makeScheduler, type SchedulerOptions } from './make-scheduler.ts';

/** A learning-rate schedule over 50 steps of two groups with rates 0.1 and 0.2. */
interface SchedulerCase {
  readonly name: string;
  readonly kind: string;
  readonly options: SchedulerOptions;
  readonly optimizer: 'SGD' | 'AdamW';
  readonly optimizerOptions: Record<string, never>;
  /** The metric of each step, for ReduceLROnPlateau */
  readonly metrics?: readonly number[];
  /** The rates at the start and after each step, by group */
  readonly rates: readonly (readonly number[])[];
  readonly momenta?: readonly (readonly number[])[];
}

const optimizers = { SGD: optim.SGD, AdamW: optim.AdamW };

const cases = readFixtures<SchedulerCase>('schedulers.json');
/** Rates are computed on the host in 64 bits, as in PyTorch. */
const TOLERANCE = 1e-12;
let largest = 0;

afterAll(() =>
  console.log(
    `Schedules over 50 steps: ${cases.length} configurations, largest absolute difference from PyTorch 1.13 ` +
      `${largest.toExponential(1)} (at most ${TOLERANCE.toExponential()})`,
  ),
);

describe('on the host', () => {
  it.each(byName(cases))('rates follow PyTorch: %s', (_name, testCase) => {
    const [a, b] = [variable(zeros([1])), variable(zeros([1]))];
    const groups = [{ params: [a] }, { params: [b], lr: 0.2 }];
    const optimizer = new optimizers[testCase.optimizer](groups, { lr: 0.1, ...testCase.optimizerOptions });
    const rates: number[] = [];
    const momenta: number[] = [];
    const record = () => {
      for (const group of optimizer.paramGroups as readonly optim.ScheduledGroup[]) {
        rates.push(group.lr);
        momenta.push(group.betas ? group.betas[0] : group.momentum!);
      }
    };
    const { kind, options, metrics } = testCase;
    const plateau = metrics && new optim.ReduceLROnPlateau(optimizer, options as object);
    const scheduler = plateau ?? makeScheduler(optimizer, kind, options);
    record();
    for (let step = 0; step < testCase.rates.length - 1; step++) {
      scheduler.step(metrics?.[step] as number);
      record();
    }
    const difference = Math.max(
      largestDistance(rates, testCase.rates.flat()),
      testCase.momenta ? largestDistance(momenta, testCase.momenta.flat()) : 0,
    );
    largest = Math.max(largest, difference);
    expect(difference).toBeLessThanOrEqual(TOLERANCE);
    for (const tensor of [a, b]) tensor.dispose();
  });
});
