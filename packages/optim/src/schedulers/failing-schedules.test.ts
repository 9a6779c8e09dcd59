import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { rates, sgd } from '../../test/schedules.ts';
import {
  ChainedScheduler,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  LambdaLR,
  MultiplicativeLR,
  MultiStepLR,
  OneCycleLR,
  ReduceLROnPlateau,
  type SchedulerStateDict,
  SequentialLR,
  type SGD,
  StepLR,
} from '../index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

type AnySchedule = Pick<ReduceLROnPlateau, 'step' | 'stateDict' | 'loadStateDict'>;

describe('a step that fails', () => {
  it.each<[string, unknown]>([
    ['NaN', Number.NaN],
    ['undefined', undefined],
    ["'half'", 'half'],
  ])('because a function returned %s leaves rates and epoch as they were', (shown, value) => {
    for (const Schedule of [LambdaLR, MultiplicativeLR]) {
      const optimizer = sgd(2);
      const lrLambda = [() => 0.5, (epoch: number) => (epoch < 2 ? 0.5 : (value as number))];
      const schedule = new Schedule(optimizer, { lrLambda });
      schedule.step();
      const [ratesBefore, stateBefore] = [rates(optimizer), schedule.stateDict()];
      expect(() => schedule.step()).toThrow(
        `${Schedule.name}.step: lrLambda of group 1 returned ${shown} at epoch 2; expected a finite number`,
      );
      expect(rates(optimizer)).toEqual(ratesBefore);
      expect(schedule.stateDict()).toEqual(stateBefore);
    }
  });

  it('leaves no trace of a schedule that could not be made', () => {
    const optimizer = sgd();
    expect(() => new LambdaLR(optimizer, { lrLambda: () => Number.NaN })).toThrow('LambdaLR.step');
    expect(optimizer.paramGroups[0]).not.toHaveProperty('notes.initialLr');
  });

  it('names the rate that is no longer finite', () => {
    const optimizer = sgd();
    const schedule = new ExponentialLR(optimizer, { gamma: 1e200 });
    schedule.step();
    expect(() => schedule.step()).toThrow(
      'ExponentialLR.step: the rate of paramGroups[0] at epoch 2 is Infinity; expected a finite number',
    );
    expect(schedule.lastEpoch).toBe(1);
  });

  it('in a chain or a sequence leaves all of their schedules as they were', () => {
    const failing = (epoch: number) => (epoch < 2 ? 0.5 : Number.NaN);
    const chain = (o: SGD) =>
      new ChainedScheduler([
        new CosineAnnealingWarmRestarts(o, { t0: 3 }),
        new StepLR(o, { stepSize: 1 }),
        new MultiplicativeLR(o, { lrLambda: failing }),
      ]);
    const sequence = (o: SGD) => {
      const schedulers = [new LambdaLR(o, { lrLambda: failing }), new StepLR(o, { stepSize: 1 })];
      return new SequentialLR(o, { schedulers, milestones: [4] });
    };
    for (const make of [chain, sequence]) {
      const optimizer = sgd();
      const schedule = make(optimizer);
      schedule.step();
      const before = JSON.stringify([rates(optimizer), schedule.stateDict()]);
      expect(() => schedule.step()).toThrow('returned NaN at epoch 2');
      expect(JSON.stringify([rates(optimizer), schedule.stateDict()])).toBe(before);
    }
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ["'0.3'", '0.3'],
    ['a Tensor', tf.scalar(1)],
  ])('ReduceLROnPlateau refuses %s as a metric', (shown, metric) => {
    const schedule = new ReduceLROnPlateau(sgd());
    expect(() => schedule.step(metric as number)).toThrow(
      `ReduceLROnPlateau.step: metric is ${shown}; expected a number`,
    );
    expect(schedule.lastEpoch).toBe(0);
  });

  it('ReduceLROnPlateau counts NaN as no improvement, as PyTorch does', () => {
    const optimizer = sgd();
    const schedule = new ReduceLROnPlateau(optimizer, { patience: 1, factor: 0.5 });
    for (const metric of [1, Number.NaN, Number.NaN]) schedule.step(metric);
    expect(rates(optimizer)).toEqual([0.2]);
  });
});

describe('a state that does not fit', () => {
  const bad: readonly unknown[] = [
    null,
    'x',
    '3',
    Number.NaN,
    [],
    new Array(2), // holes
    ['a'],
    {},
    () => 1,
    3n,
    [[1]],
    true,
  ];
  const schedules: readonly [string, () => AnySchedule][] = [
    ['StepLR', () => new StepLR(sgd(), { stepSize: 2 })],
    ['MultiStepLR', () => new MultiStepLR(sgd(), { milestones: [3] })],
    ['CosineAnnealingWarmRestarts', () => new CosineAnnealingWarmRestarts(sgd(), { t0: 3 })],
    ['OneCycleLR', () => new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 9 })],
    ['ReduceLROnPlateau', () => new ReduceLROnPlateau(sgd())],
    [
      'SequentialLR',
      () => {
        const o = sgd();
        const schedulers = [new ExponentialLR(o, { gamma: 0.5 }), new StepLR(o, { stepSize: 2 })];
        return new SequentialLR(o, { schedulers, milestones: [2] });
      },
    ],
    [
      'ChainedScheduler',
      () => {
        const o = sgd();
        return new ChainedScheduler([new ExponentialLR(o, { gamma: 0.5 }), new StepLR(o, { stepSize: 2 })]);
      },
    ],
  ];

  it.each(schedules)('is refused by %s, whatever value is wrong, and nothing is loaded', (name, make) => {
    const schedule = make();
    const other = make();
    other.step(1);
    other.step(1);
    const saved = other.stateDict();
    const before = JSON.stringify(schedule.stateDict());
    let refused = 0;
    for (const [key, value] of Object.entries(saved)) {
      for (const wrong of bad) {
        const fits = typeof wrong === typeof value && typeof wrong === 'boolean';
        // JSON writes the initial infinite `best` as null. Null as the common lowest rate means that there is none.
        const isNone = wrong === null && (key === 'best' || key === 'default_min_lr');
        const isEmptyList = Array.isArray(wrong) && wrong.length === 0 && key === 'milestones';
        if (fits || isNone || isEmptyList) continue;
        expect(() => schedule.loadStateDict({ ...saved, [key]: wrong } as SchedulerStateDict)).toThrow(
          'loadStateDict: ',
        );
        expect(JSON.stringify(schedule.stateDict())).toBe(before);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(20);
    for (const wrong of bad) {
      if (
        typeof wrong === 'object' &&
        !Array.isArray(wrong) &&
        wrong !== null &&
        name === 'ReduceLROnPlateau'
      )
        continue;
      expect(() => schedule.loadStateDict(wrong as SchedulerStateDict)).toThrow(`${name}.loadStateDict`);
    }
    schedule.loadStateDict(saved);
    expect(schedule.stateDict()).toEqual(saved);
  });

  it('is refused where an option is out of its range', () => {
    const schedule = new StepLR(sgd(), { stepSize: 2 });
    expect(() => schedule.loadStateDict({ ...schedule.stateDict(), step_size: 0 })).toThrow(
      'StepLR.loadStateDict: stepSize is 0; expected a whole number of at least 1',
    );
    const cycle = new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 9 });
    expect(() => cycle.loadStateDict({ ...cycle.stateDict(), pct_start: 1 / 9 })).toThrow(
      'OneCycleLR.loadStateDict: pctStart is',
    );
  });

  it('of more groups than the optimizer has is refused', () => {
    const saved = new StepLR(sgd(2), { stepSize: 2 }).stateDict();
    expect(() => new StepLR(sgd(), { stepSize: 2 }).loadStateDict(saved)).toThrow(
      'StepLR.loadStateDict: base_lrs is [0.4, 0.4]; expected 1 rate, one a group of the optimizer',
    );
  });
});
