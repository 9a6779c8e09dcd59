import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectRates, sgd } from '../../test/schedules.ts';
import {
  AdamW,
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  inverseSqrtWarmup,
  LambdaLR,
  LinearLR,
  linearWarmup,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  type Schedule,
  SequentialLR,
  SGD,
  StepLR,
} from '../index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The rates before each step. */
function ratesOf(make: (optimizer: SGD) => Schedule, steps: number): number[] {
  const optimizer = sgd();
  const schedule = make(optimizer);
  return Array.from({ length: steps }, () => {
    const { lr } = optimizer.paramGroups[0]!;
    expect(schedule.getLastLr()).toEqual([lr]);
    schedule.step();
    return lr;
  });
}

/*
 * By PyTorch 1.13.1: o = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=.4, momentum=.9); s = StepLR(o, …)
 *   for _ in range(12): print(o.param_groups[0]['lr']); o.step(); s.step()
 */
const published: readonly [string, (optimizer: SGD) => Schedule, readonly number[]][] = [
  [
    'StepLR',
    (o) => new StepLR(o, { stepSize: 3, gamma: 0.5 }),
    [0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05],
  ],
  [
    'MultiStepLR with a milestone that comes twice',
    (o) => new MultiStepLR(o, { milestones: [2, 5, 5, 9], gamma: 0.5 }),
    [0.4, 0.4, 0.2, 0.2, 0.2, 0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025],
  ],
  [
    'ConstantLR',
    (o) => new ConstantLR(o, { factor: 0.25, totalIters: 4 }),
    [0.1, 0.1, 0.1, 0.1, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4],
  ],
  [
    'LinearLR',
    (o) => new LinearLR(o, { startFactor: 0.2, endFactor: 0.8, totalIters: 6 }),
    [0.08, 0.12, 0.16, 0.2, 0.24, 0.28, 0.32, 0.32, 0.32, 0.32, 0.32, 0.32],
  ],
  [
    'ExponentialLR',
    (o) => new ExponentialLR(o, { gamma: 0.9 }),
    [0.4, 0.36, 0.324, 0.2916, 0.26244, 0.236196, 0.212576, 0.191319, 0.172187, 0.154968, 0.139471, 0.125524],
  ],
  [
    'PolynomialLR',
    (o) => new PolynomialLR(o, { totalIters: 8, power: 2 }),
    [0.4, 0.30625, 0.225, 0.15625, 0.1, 0.05625, 0.025, 0.00625, 0, 0, 0, 0],
  ],
  [
    'CosineAnnealingLR, past its lowest rate and up again',
    (o) => new CosineAnnealingLR(o, { tMax: 5, etaMin: 0.1 }),
    [0.4, 0.371353, 0.296353, 0.203647, 0.128647, 0.1, 0.128647, 0.203647, 0.296353, 0.371353, 0.4, 0.371353],
  ],
  [
    'CosineAnnealingWarmRestarts',
    (o) => new CosineAnnealingWarmRestarts(o, { t0: 2, tMult: 2, etaMin: 0.05 }),
    [0.4, 0.225, 0.4, 0.348744, 0.225, 0.101256, 0.4, 0.386679, 0.348744, 0.29197, 0.225, 0.15803],
  ],
  [
    'OneCycleLR',
    (o) => new OneCycleLR(o, { maxLr: 1, totalSteps: 12 }),
    [
      0.04, 0.34979, 0.879285, 0.994415, 0.933013, 0.811746, 0.647379, 0.462637, 0.283061, 0.133478, 0.034567,
      4e-6,
    ],
  ],
  [
    'OneCycleLR in three linear phases',
    (o) =>
      new OneCycleLR(o, {
        maxLr: 1,
        epochs: 3,
        stepsPerEpoch: 4,
        pctStart: 0.4,
        annealStrategy: 'linear',
        threePhase: true,
        divFactor: 10,
        finalDivFactor: 100,
        cycleMomentum: false,
      }),
    [
      0.1, 0.336842, 0.573684, 0.810526, 0.952632, 0.715789, 0.478947, 0.242105, 0.0883529, 0.0592353,
      0.0301176, 0.001,
    ],
  ],
  [
    'SequentialLR of warm-up, decay and steps',
    (o) =>
      new SequentialLR(o, {
        schedulers: [
          new LinearLR(o, { startFactor: 0.25, totalIters: 3 }),
          new ExponentialLR(o, { gamma: 0.5 }),
          new StepLR(o, { stepSize: 2, gamma: 0.5 }),
        ],
        milestones: [4, 8],
      }),
    [0.1, 0.2, 0.3, 0.4, 0.4, 0.2, 0.1, 0.05, 0.4, 0.4, 0.2, 0.2, 0.1, 0.1],
  ],
  [
    'ChainedScheduler of a constant factor and a decay',
    (o) =>
      new ChainedScheduler([
        new ConstantLR(o, { factor: 0.5, totalIters: 2 }),
        new ExponentialLR(o, { gamma: 0.5 }),
      ]),
    [0.2, 0.1, 0.1, 0.05],
  ],
  [
    'MultiplicativeLR',
    (o) => new MultiplicativeLR(o, { lrLambda: (epoch) => 1 / epoch }),
    [0.4, 0.4, 0.2, 0.2 / 3, 0.2 / 12],
  ],
];

describe('schedules', () => {
  it.each(published)("%s gives PyTorch's rates", (_name, make, expected) => {
    expectRates(ratesOf(make, expected.length), expected);
  });

  it.each(published)(
    "%s goes on after its state and its optimizer's have been to JSON and back",
    (_n, make, expected) => {
      const half = expected.length >> 1;
      const [first, second] = [sgd(), sgd()];
      const schedule = make(first);
      for (let i = 0; i < half; i++) schedule.step();
      const resumed = make(second);
      second.loadStateDict(JSON.parse(JSON.stringify(first.stateDict())));
      resumed.loadStateDict(JSON.parse(JSON.stringify(schedule.stateDict())));
      const rest = expected.slice(half).map(() => {
        const { lr } = second.paramGroups[0]!;
        resumed.step();
        return lr;
      });
      expectRates(rest, expected.slice(half));
    },
  );

  it('OneCycleLR moves momentum, or the first beta, against the rate', () => {
    const expected = [0.95, 0.850558, 0.868826, 0.903737, 0.936653, 0.95];
    const withMomentum = sgd();
    const withBetas = new AdamW([tf.variable(tf.zeros([1]))]);
    const schedules = [withMomentum, withBetas].map((o) => new OneCycleLR(o, { maxLr: 1, totalSteps: 6 }));
    for (const momentum of expected) {
      expect(withMomentum.paramGroups[0]!.momentum).toBeCloseTo(momentum, 5);
      expect(withBetas.paramGroups[0]!.betas[0]).toBeCloseTo(momentum, 5);
      expect(withBetas.paramGroups[0]!.betas[1]).toBe(0.999);
      for (const schedule of schedules) schedule.step();
    }
  });

  it('LambdaLR takes one function for all groups or one for each', () => {
    const make = () =>
      new SGD([
        { params: tf.variable(tf.zeros([1])), lr: 1 },
        { params: tf.variable(tf.zeros([1])), lr: 10 },
      ]);
    const shared = new LambdaLR(make(), { lrLambda: (epoch) => 0.5 ** epoch });
    shared.step();
    expect(shared.getLastLr()).toEqual([0.5, 5]);
    const each = new LambdaLR(make(), { lrLambda: [(epoch) => 1 - epoch / 4, () => 2] });
    each.step();
    expect(each.getLastLr()).toEqual([0.75, 20]);
    expect(() => new LambdaLR(make(), { lrLambda: [() => 1] })).toThrow(
      'LambdaLR: lrLambda has 1 functions; the optimizer has 2 groups',
    );
  });

  it('warm-ups rise linearly, then stay, fall linearly, or fall with the square root', () => {
    expect([0, 1, 3, 4, 9].map(linearWarmup(4))).toEqual([0, 0.25, 0.75, 1, 1]);
    expect([0, 2, 4, 6, 8, 9].map(linearWarmup(4, 8))).toEqual([0, 0.5, 1, 0.5, 0, 0]);
    expect([0, 2, 4, 16, 64].map(inverseSqrtWarmup(4))).toEqual([0, 0.5, 1, 0.5, 0.25]);
    expect(() => linearWarmup(4, 3)).toThrow(
      'linearWarmup: totalSteps is 3; expected a whole number of at least 4',
    );
  });

  it('a chained schedule keeps a change of the rate between steps', () => {
    const optimizer = sgd();
    const schedule = new ExponentialLR(optimizer, { gamma: 0.5 });
    optimizer.paramGroups[0]!.lr = 8;
    schedule.step();
    expect(schedule.getLastLr()).toEqual([4]);
    schedule.stepTo(3);
    expect(schedule.getLastLr()).toEqual([0.05]);
  });

  it('the closed and the chained form agree', () => {
    for (const [name, make, expected] of published) {
      if (/^(SequentialLR|OneCycleLR|ChainedScheduler|MultiplicativeLR)/.test(name)) continue;
      const optimizer = sgd();
      const schedule = make(optimizer) as StepLR;
      const jumping = expected.map((_, epoch) => {
        schedule.stepTo(epoch);
        return optimizer.paramGroups[0]!.lr;
      });
      expectRates(jumping, expected);
    }
  });

  it('resumes only an optimizer that a schedule has run on', () => {
    expect(() => new StepLR(sgd(), { stepSize: 1, lastEpoch: 4 })).toThrow(
      'StepLR: lastEpoch is 4, but paramGroups[0] has no initialLr to resume from',
    );
    const optimizer = sgd();
    new CosineAnnealingLR(optimizer, { tMax: 5, etaMin: 0.1 });
    const resumed = new CosineAnnealingLR(optimizer, { tMax: 5, etaMin: 0.1, lastEpoch: 1 });
    expectRates(resumed.getLastLr(), [0.296353]);
  });
});
