import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { sgd } from '../../test/schedules.ts';
import {
  Adagrad,
  ChainedScheduler,
  ConstantLR,
  LinearLR,
  OneCycleLR,
  ReduceLROnPlateau,
  SequentialLR,
  StepLR,
} from '../index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

// Calls that tools/acceptance/src/wrong-calls.ts does not list.
describe('a schedule that cannot be made', () => {
  it.each<[string, () => unknown]>([
    [
      'StepLR: stepSize is 0; expected a whole number of at least 1',
      () => new StepLR(sgd(), { stepSize: 0 }),
    ],
    ['ConstantLR: factor is 2; expected a number in (0, 1]', () => new ConstantLR(sgd(), { factor: 2 })],
    [
      'LinearLR: startFactor is 0; expected a number in (0, 1]',
      () => new LinearLR(sgd(), { startFactor: 0 }),
    ],
    ['LinearLR: endFactor is 2; expected a number in [0, 1]', () => new LinearLR(sgd(), { endFactor: 2 })],
    [
      'OneCycleLR: pctStart is 2; expected a number in [0, 1]',
      () => new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 9, pctStart: 2 }),
    ],
    [
      'OneCycleLR: cycleMomentum is set, but the optimizer has neither momentum nor betas',
      () => new OneCycleLR(new Adagrad([tf.variable(tf.zeros([1]))]), { maxLr: 1, totalSteps: 9 }),
    ],
    [
      'OneCycleLR: maxLr has 2 values; the optimizer has 1 groups',
      () => new OneCycleLR(sgd(), { maxLr: [1, 2], totalSteps: 9 }),
    ],
    [
      'OneCycleLR.step: this is step 3; the cycle has 1 steps',
      () => {
        const schedule = new OneCycleLR(sgd(), { maxLr: 1, totalSteps: 1 });
        schedule.step();
        schedule.step();
      },
    ],
    [
      'SequentialLR: there are 0 milestones; expected 1 for 2 schedules',
      () => {
        const o = sgd();
        const schedulers = [new StepLR(o, { stepSize: 1 }), new StepLR(o, { stepSize: 2 })];
        return new SequentialLR(o, { schedulers, milestones: [] });
      },
    ],
    [
      'ChainedScheduler: schedulers[1] was made for another optimizer than schedulers[0]',
      () => new ChainedScheduler([sgd(), sgd()].map((o) => new StepLR(o, { stepSize: 1 }))),
    ],
    [
      'SequentialLR: schedulers[0] was made for another optimizer',
      () => new SequentialLR(sgd(), { schedulers: [new StepLR(sgd(), { stepSize: 1 })], milestones: [] }),
    ],
    [
      'ReduceLROnPlateau: minLr has 2 values; the optimizer has 1 groups',
      () => new ReduceLROnPlateau(sgd(), { minLr: [0, 0] }),
    ],
  ])('says "%s"', (message, wrong) => {
    expect(wrong).toThrow(message);
  });
});
