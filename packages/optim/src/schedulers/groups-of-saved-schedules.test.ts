import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { CheckpointError } from '@unroll/backend/errors';
import { beforeAll, describe, expect, it } from 'vitest';
import { sgd } from '../../test/schedules.ts';
import { CyclicLR, LambdaLR, MultiplicativeLR, type SGD } from '../index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const cyclic = (optimizer: SGD) => new CyclicLR(optimizer, { baseLr: 0.1, maxLr: 0.5 });

describe('a saved schedule of other groups', () => {
  it.each<[string, object]>([
    ['max_lrs is [0.5]; expected 2 values, as there are base rates', { max_lrs: [0.5] }],
    ['max_lrs is [1, 2, 3]; expected 2 values', { max_lrs: [1, 2, 3] }],
    ['base_momentums is []; expected 2 values', { base_momentums: [] }],
    ['max_momentums is [0.9]; expected 2 values', { max_momentums: [0.9] }],
    ['max_lrs is [0.5, 0.5]; expected 1 value, as there is 1 base rate', { base_lrs: [0.1] }],
    ['base_lrs is [1, 2, 3]; expected 1 to 2 rates', { base_lrs: [1, 2, 3] }],
  ])('is not loaded into CyclicLR: %s', (message, changed) => {
    const schedule = cyclic(sgd(2));
    const before = schedule.stateDict();
    expect(() => schedule.loadStateDict({ ...before, ...changed })).toThrow(CheckpointError);
    expect(() => schedule.loadStateDict({ ...before, ...changed })).toThrow(
      `CyclicLR.loadStateDict: ${message}`,
    );
    expect(schedule.stateDict()).toEqual(before);
  });

  it('is loaded into CyclicLR without the momenta that it does not cycle', () => {
    const schedule = cyclic(sgd(2));
    const { base_momentums, max_momentums, ...saved } = schedule.stateDict();
    schedule.loadStateDict({ ...saved, cycle_momentum: false });
    schedule.step();
    schedule.loadStateDict({ ...saved, cycle_momentum: false, max_momentums: [] });
    schedule.step();
  });

  it.each([LambdaLR, MultiplicativeLR])('is not loaded where a group would have no function: %o', (Made) => {
    const optimizer = sgd();
    const schedule = new Made(optimizer, { lrLambda: () => 0.5 });
    optimizer.addParamGroup({ params: tf.variable(tf.zeros([1])) });
    const ofTwo = new Made(sgd(2), { lrLambda: () => 0.5 }).stateDict();
    expect(() => schedule.loadStateDict(ofTwo)).toThrow(
      `${Made.name}.loadStateDict: lrLambda is [a function]; expected 2 values, as there are base rates`,
    );
    schedule.step();
  });
});
