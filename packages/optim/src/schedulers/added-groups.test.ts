import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { rates } from '../../test/schedules.ts';
import {
  ChainedScheduler,
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  PolynomialLR,
  ReduceLROnPlateau,
  SequentialLR,
  SGD,
  StepLR,
} from '../index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

type AnySchedule = Pick<ReduceLROnPlateau, 'step' | 'stateDict' | 'loadStateDict'>;

const parameter = () => tf.variable(tf.zeros([1]));

/**
 * Each schedule, and the rate of a group with rate 1 that is added after one step, four steps later, by PyTorch 1.13.
 */
const schedules: readonly [string, (o: SGD) => AnySchedule, number][] = [
  ['StepLR', (o) => new StepLR(o, { stepSize: 2, gamma: 0.5 }), 0.25],
  ['MultiStepLR', (o) => new MultiStepLR(o, { milestones: [2, 4], gamma: 0.5 }), 0.25],
  ['ExponentialLR', (o) => new ExponentialLR(o, { gamma: 0.5 }), 0.0625],
  ['CosineAnnealingLR', (o) => new CosineAnnealingLR(o, { tMax: 10 }), 0.51254],
  ['LinearLR', (o) => new LinearLR(o, { startFactor: 0.5, totalIters: 4 }), 1.6],
  ['ConstantLR', (o) => new ConstantLR(o, { factor: 0.5, totalIters: 3 }), 2],
  ['PolynomialLR', (o) => new PolynomialLR(o, { totalIters: 10 }), 0.55556],
  ['LambdaLR', (o) => new LambdaLR(o, { lrLambda: (epoch) => 1 / (1 + epoch) }), 1],
  ['MultiplicativeLR', (o) => new MultiplicativeLR(o, { lrLambda: () => 0.5 }), 1],
  ['CosineAnnealingWarmRestarts', (o) => new CosineAnnealingWarmRestarts(o, { t0: 3 }), 1],
  [
    'SequentialLR',
    (o) => {
      const schedulers = [new StepLR(o, { stepSize: 2, gamma: 0.5 }), new ExponentialLR(o, { gamma: 0.5 })];
      return new SequentialLR(o, { schedulers, milestones: [3] });
    },
    0.125, // halved by StepLR, left alone at the milestone, halved twice
  ],
  [
    'ChainedScheduler',
    (o) =>
      new ChainedScheduler([
        new StepLR(o, { stepSize: 2, gamma: 0.5 }),
        new ExponentialLR(o, { gamma: 0.5 }),
      ]),
    0.25 * 0.0625,
  ],
  // PyTorch 1.13 fails here. PyTorch since 2.6 moves the group.
  ['ReduceLROnPlateau', (o) => new ReduceLROnPlateau(o, { patience: 1, factor: 0.5 }), 0.25],
];

describe('a group that is added after the schedule was made', () => {
  it.each(schedules)("moves under %s as PyTorch's does", (_name, make, expected) => {
    const optimizer = new SGD([parameter()], { lr: 0.1 });
    const schedule = make(optimizer);
    schedule.step(1);
    optimizer.addParamGroup({ params: parameter(), lr: 1 });
    for (let i = 0; i < 4; i++) schedule.step(1);
    expect(rates(optimizer)[1]).toBeCloseTo(expected, 5);
  });

  it.each(schedules)('does not keep %s from being resumed', (_name, make) => {
    const optimizer = new SGD([parameter()], { lr: 0.1 });
    const schedule = make(optimizer);
    schedule.step(1);
    optimizer.addParamGroup({ params: parameter(), lr: 1 });
    schedule.step(1);
    const saved = JSON.parse(JSON.stringify([optimizer.stateDict(), schedule.stateDict()]));
    const other = new SGD([{ params: parameter() }, { params: parameter() }], { lr: 0.1 });
    const resumed = make(other);
    other.loadStateDict(saved[0]);
    resumed.loadStateDict(saved[1]);
    for (let i = 0; i < 6; i++) {
      schedule.step(1);
      resumed.step(1);
      expect(rates(other)).toEqual(rates(optimizer));
    }
  });

  it('makes SequentialLR refuse schedules that do not know it', () => {
    const optimizer = new SGD([parameter()], { lr: 0.1 });
    const schedulers = [new StepLR(optimizer, { stepSize: 1 })];
    optimizer.addParamGroup({ params: parameter(), lr: 1 });
    expect(() => new SequentialLR(optimizer, { schedulers, milestones: [] })).toThrow(
      'SequentialLR: paramGroups[1] was added after the schedules were made; it has no initialLr to begin from',
    );
    expect(rates(optimizer)).toEqual([0.1, 1]);
  });

  it('falls no lower than a common minLr of ReduceLROnPlateau, and is refused where each group was given its own', () => {
    const [shared, each] = [0.3, [0.03]].map((minLr) => {
      const optimizer = new SGD([parameter()], { lr: 0.1 });
      const schedule = new ReduceLROnPlateau(optimizer, { patience: 1, factor: 0.1, minLr });
      optimizer.addParamGroup({ params: parameter(), lr: 1 });
      return { optimizer, schedule };
    }) as [{ optimizer: SGD; schedule: ReduceLROnPlateau }, { optimizer: SGD; schedule: ReduceLROnPlateau }];
    for (let i = 0; i < 3; i++) shared.schedule.step(1);
    expect(rates(shared.optimizer)).toEqual([0.1, 0.3]);
    for (let i = 0; i < 2; i++) each.schedule.step(1);
    const before = each.schedule.stateDict();
    expect(() => each.schedule.step(1)).toThrow(
      'ReduceLROnPlateau.step: minLr has 1 values; paramGroups[1] was added since: give one minLr for all groups',
    );
    expect(each.schedule.stateDict()).toEqual(before);
    expect(rates(each.optimizer)).toEqual([0.1, 1]);
  });

  it('moves under OneCycleLR where it was given its bounds, also after a resume', () => {
    const optimizer = new SGD([parameter()], { lr: 0.1, momentum: 0.9 });
    const schedule = new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 12 });
    optimizer.addParamGroup({ params: parameter(), lr: 5, notes: optimizer.paramGroups[0]!.notes });
    schedule.step();
    expect(rates(optimizer)[1]).toBe(rates(optimizer)[0]);
    const other = new SGD([{ params: parameter() }, { params: parameter() }], { lr: 0.1, momentum: 0.9 });
    const resumed = new OneCycleLR(other, { maxLr: 1, totalSteps: 12 });
    other.loadStateDict(JSON.parse(JSON.stringify(optimizer.stateDict())));
    resumed.loadStateDict(JSON.parse(JSON.stringify(schedule.stateDict())));
    schedule.step();
    resumed.step();
    expect(rates(other)).toEqual(rates(optimizer));
  });
});
