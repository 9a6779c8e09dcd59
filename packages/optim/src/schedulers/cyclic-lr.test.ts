import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectRates, rates, sgd } from '../../test/schedules.ts';
import { AdamW, CyclicLR, type CyclicLROptions } from '../index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const bounds = { baseLr: 0.1, maxLr: 0.7, stepSizeUp: 2 } as const;

describe('CyclicLR', () => {
  it('goes up and down between its rates, and momentum the other way', () => {
    const optimizer = sgd();
    const schedule = new CyclicLR(optimizer, { ...bounds, stepSizeDown: 3 });
    const seen = Array.from({ length: 7 }, () => {
      const { lr, momentum } = optimizer.paramGroups[0]!;
      schedule.step();
      return [lr, momentum!] as const;
    });
    expectRates(
      seen.map(([lr]) => lr),
      [0.1, 0.4, 0.7, 0.5, 0.3, 0.1, 0.4],
    );
    expectRates(
      seen.map(([, momentum]) => momentum),
      [0.9, 0.85, 0.8, 0.833333, 0.866667, 0.9, 0.85],
    );
  });

  it('moves the first beta of optimizers that have betas', () => {
    const optimizer = new AdamW([tf.variable(tf.zeros([1]))], { betas: [0.9, 0.99] });
    const schedule = new CyclicLR(optimizer, { ...bounds, baseMomentum: 0.5 });
    for (let step = 0; step < 2; step++) schedule.step();
    expect(optimizer.paramGroups[0]!.betas[0]).toBeCloseTo(0.5, 12);
    expect(optimizer.paramGroups[0]!.betas[1]).toBe(0.99);
  });

  it.each<[string, Partial<CyclicLROptions>]>([
    ['triangular2', { mode: 'triangular2' }],
    ['exp_range', { mode: 'exp_range', gamma: 0.9 }],
    ['a function', { scaleFn: (x) => 1 / x, scaleMode: 'cycle' }],
  ])('goes on from a saved state, under PyTorch’s keys, with %s', (_, options) => {
    const [through, apart] = [sgd(2), sgd(2)];
    const whole = new CyclicLR(through, { ...bounds, ...options });
    const first = new CyclicLR(apart, { ...bounds, ...options });
    for (let step = 0; step < 9; step++) whole.step();
    for (let step = 0; step < 4; step++) first.step();
    const saved = JSON.parse(JSON.stringify(first.stateDict()));
    expect(saved).toMatchObject({
      base_lrs: [0.1, 0.1],
      max_lrs: [0.7, 0.7],
      total_size: 4,
      step_ratio: 0.5,
    });
    expect(saved).toMatchObject({ base_momentums: [0.8, 0.8], max_momentums: [0.9, 0.9], last_epoch: 4 });
    const second = new CyclicLR(apart, { baseLr: 0, maxLr: 1, ...options });
    second.loadStateDict(saved);
    for (let step = 0; step < 5; step++) second.step();
    expect(rates(apart)).toEqual(rates(through));
    expect(apart.paramGroups.map(({ momentum }) => momentum)).toEqual(
      through.paramGroups.map(({ momentum }) => momentum),
    );
  });

  it('leaves a group alone that was added later', () => {
    const optimizer = sgd();
    const schedule = new CyclicLR(optimizer, bounds);
    optimizer.addParamGroup({ params: tf.variable(tf.zeros([1])), lr: 0.3, momentum: 0.6 });
    schedule.step();
    expect(rates(optimizer)[1]).toBe(0.3);
    expect(optimizer.paramGroups[1]!.momentum).toBe(0.6);
  });

  it.each<[object, string]>([
    [{ maxLr: [1, 2] }, 'CyclicLR: maxLr has 2 values; the optimizer has 1 groups'],
    [{ stepSizeUp: 0 }, 'CyclicLR: stepSizeUp is 0; expected a number over 0'],
    [{ mode: 'square' }, "CyclicLR: mode is 'square'; expected"],
    [{ baseMomentum: [] }, 'CyclicLR: baseMomentum has 0 values; the optimizer has 1 groups'],
    [{ scaleFn: () => Number.NaN }, 'the rate of paramGroups[0] at epoch 0 is NaN'],
  ])('refuses %o, and leaves the rates as they were', (options, message) => {
    const optimizer = sgd();
    expect(() => new CyclicLR(optimizer, { ...bounds, ...options })).toThrow(message);
    expect(optimizer.paramGroups[0]).toEqual(expect.objectContaining({ lr: 0.4, momentum: 0.9 }));
    expect(optimizer.paramGroups[0]).not.toHaveProperty('notes.initialLr');
  });

  it('refuses to cycle the momentum of an optimizer that has none', () => {
    const without = { paramGroups: [{ lr: 0.1 }] };
    expect(() => new CyclicLR(without, bounds)).toThrow(
      'CyclicLR: cycleMomentum is set, but the optimizer has neither momentum nor betas',
    );
    expect(() => new CyclicLR(without, { ...bounds, cycleMomentum: false })).not.toThrow();
  });
});
