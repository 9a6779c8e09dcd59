import { variable, zeros } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as optim from '@unroll/optim';
import { afterAll, describe, expect, it } from 'vitest';
import { largestDifference } from './differences.ts';
import { byName, readFixtures } from './fixture.ts';

/** A learning-rate schedule over 50 steps of two groups, whose rates are 0.1 and 0.2. */
interface SchedulerCase {
  readonly name: string;
  readonly kind: string;
  readonly options: Options;
  readonly optimizer: 'SGD' | 'AdamW';
  readonly optimizerOptions: Record<string, never>;
  /** For ReduceLROnPlateau, the metric of each step */
  readonly metrics?: readonly number[];
  /** At the start and after each step, by group */
  readonly rates: readonly (readonly number[])[];
  readonly momenta?: readonly (readonly number[])[];
}

type Options = Readonly<Record<string, unknown>> & {
  readonly schedulers?: readonly ({ readonly kind: string } & Options)[];
  readonly milestones?: readonly number[];
};

/** The functions that the writer of the fixtures names. */
const functions: Readonly<Record<string, optim.LrLambda>> = {
  'warm-up': (epoch) => Math.min(1, (epoch + 1) / 10),
  'warm-up and inverse root': (epoch) => Math.min((epoch + 1) / 8, Math.sqrt(8 / (epoch + 1))),
  'a tenth less': () => 0.9,
};

type Constructor = new (optimizer: optim.Scheduled, options: never) => optim.LRScheduler;

const schedulers: Readonly<Record<string, Constructor>> = {
  StepLR: optim.StepLR,
  MultiStepLR: optim.MultiStepLR,
  ExponentialLR: optim.ExponentialLR,
  CosineAnnealingLR: optim.CosineAnnealingLR,
  CosineAnnealingWarmRestarts: optim.CosineAnnealingWarmRestarts,
  LinearLR: optim.LinearLR,
  ConstantLR: optim.ConstantLR,
  PolynomialLR: optim.PolynomialLR,
  LambdaLR: optim.LambdaLR,
  MultiplicativeLR: optim.MultiplicativeLR,
  OneCycleLR: optim.OneCycleLR,
};

const optimizers = { SGD: optim.SGD, AdamW: optim.AdamW };

function makeScheduler(optimizer: optim.Scheduled, kind: string, options: Options): optim.Schedule {
  const parts = () =>
    options.schedulers!.map(
      ({ kind: part, ...rest }) => makeScheduler(optimizer, part, rest) as optim.LRScheduler,
    );
  if (kind === 'SequentialLR') {
    return new optim.SequentialLR(optimizer, { schedulers: parts(), milestones: options.milestones! });
  }
  if (kind === 'ChainedScheduler') return new optim.ChainedScheduler(parts());
  const { lrLambda } = options;
  const given = lrLambda === undefined ? options : { ...options, lrLambda: functions[lrLambda as string]! };
  return new schedulers[kind]!(optimizer, given as never);
}

const cases = readFixtures<SchedulerCase>('schedulers.json');
/** Rates are computed on the host, in 64 bits, as PyTorch does. */
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
      largestDifference(rates, testCase.rates.flat()),
      testCase.momenta ? largestDifference(momenta, testCase.momenta.flat()) : 0,
    );
    largest = Math.max(largest, difference);
    expect(difference).toBeLessThanOrEqual(TOLERANCE);
    for (const tensor of [a, b]) tensor.dispose();
  });
});
