import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { sgd } from '../../test/schedules.ts';
import { Adam, OneCycleLR, type OneCycleLROptions, type SGD } from '../index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const make = (options: Partial<OneCycleLROptions>) => new OneCycleLR(sgd(), { maxLr: 1, ...options });

describe('OneCycleLR', () => {
  it.each([
    [{ totalSteps: 10, pctStart: 0.1 }],
    [{ totalSteps: 2, pctStart: 0.5 }],
    [{ totalSteps: 1, pctStart: 1 }],
    [{ totalSteps: 4, pctStart: 0.25, threePhase: true }],
    [{ epochs: 5, stepsPerEpoch: 4, pctStart: 0.05 }],
  ])('refuses a cycle whose rate would rise from step 0 to step 0: %o', (options) => {
    const optimizer = sgd();
    const { pctStart } = options;
    expect(() => new OneCycleLR(optimizer, { maxLr: 1, ...options })).toThrow(
      `OneCycleLR: pctStart is ${pctStart} of ${1 / pctStart} steps, so that the rate would rise from step 0 to step 0`,
    );
    const [{ lr, momentum, notes }] = optimizer.paramGroups as [SGD['paramGroups'][number]];
    expect({ lr, momentum, notes }).toEqual({ lr: 0.4, momentum: 0.9, notes: undefined });
  });

  it('gives finite rates and momenta for every other cycle, to the step after its last', () => {
    let cycles = 0;
    for (const annealStrategy of ['cos', 'linear'] as const) {
      for (const threePhase of [false, true]) {
        for (const pctStart of [0, 0.1, 0.2, 0.25, 1 / 3, 0.4, 0.5, 0.55, 0.75, 0.9, 1]) {
          for (let totalSteps = 1; totalSteps <= 12; totalSteps++) {
            if (pctStart * totalSteps === 1) continue;
            const optimizer = sgd();
            const schedule = new OneCycleLR(optimizer, {
              maxLr: 1,
              totalSteps,
              pctStart,
              annealStrategy,
              threePhase,
            });
            for (let step = 0; step <= totalSteps; step++) {
              const { lr, momentum } = optimizer.paramGroups[0]!;
              expect([lr, momentum].every(Number.isFinite)).toBe(true);
              if (step < totalSteps) schedule.step();
            }
            cycles++;
          }
        }
      }
    }
    expect(cycles).toBeGreaterThan(450);
  });

  it("begins where PyTorch's does when there is no rise, and ends at the lowest rate when there is nothing but a rise", () => {
    // PyTorch: OneCycleLR(SGD(…), 1., total_steps=4, pct_start=0.).get_last_lr() and after each step
    const falling = make({ totalSteps: 4, pctStart: 0 });
    const rates = [falling.getLastLr()[0]!];
    for (let step = 0; step < 3; step++) {
      falling.step();
      rates.push(falling.getLastLr()[0]!);
    }
    [0.853553, 0.500002, 0.14645, 4e-6].forEach((expected, i) => {
      expect(rates[i]).toBeCloseTo(expected, 5);
    });
    const rising = make({ totalSteps: 2, pctStart: 1 });
    rising.step();
    expect(rising.getLastLr()).toEqual([1]);
    rising.step(); // PyTorch divides by 0 here
    expect(rising.getLastLr()).toEqual([4e-6]);
  });

  it('goes below 0 past the end of a linear cycle, as in PyTorch, and the optimizer loads the rate that it saved', () => {
    const [optimizer, other] = [sgd(), sgd()];
    const schedule = new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 4, annealStrategy: 'linear' });
    for (let step = 0; step < 4; step++) schedule.step();
    const { lr } = optimizer.paramGroups[0]!;
    expect(lr).toBeLessThan(0);
    other.loadStateDict(JSON.parse(JSON.stringify(optimizer.stateDict())));
    expect(other.paramGroups[0]!.lr).toBe(lr);
  });

  it('takes momenta that no new optimizer would take, and the optimizer loads them again', () => {
    const adam = () => new Adam([tf.variable(tf.zeros([1]))]);
    const [optimizer, other] = [adam(), adam()];
    new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 4, maxMomentum: 1 });
    expect(optimizer.paramGroups[0]!.betas).toEqual([1, 0.999]);
    other.loadStateDict(JSON.parse(JSON.stringify(optimizer.stateDict())));
    expect(other.paramGroups[0]!.betas).toEqual([1, 0.999]);
  });

  it('keeps its bounds with the groups, apart from options, and they are saved and read where PyTorch has them', () => {
    const optimizer = sgd();
    const options = Object.keys(optimizer.paramGroups[0]!);
    new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 8, divFactor: 10, finalDivFactor: 100 });
    expect(Object.keys(optimizer.paramGroups[0]!)).toEqual([...options, 'notes']);
    const bounds = { initial_lr: 0.1, max_lr: 1, min_lr: 1e-3, max_momentum: 0.95, base_momentum: 0.85 };
    const saved = optimizer.stateDict();
    expect(saved.param_groups[0]).toMatchObject(bounds);
    expect(saved.param_groups[0]).not.toHaveProperty('notes');
    const other = sgd();
    other.loadStateDict(JSON.parse(JSON.stringify(saved)));
    expect(other.paramGroups[0]!.notes).toEqual(optimizer.paramGroups[0]!.notes);
    expect(() =>
      other.loadStateDict({ ...saved, param_groups: [{ ...saved.param_groups[0]!, max_lr: true }] }),
    ).toThrow('SGD.loadStateDict: group 0: maxLr is true; expected a number');
    const notes = { maxLR: 1 } as object;
    expect(() => other.addParamGroup({ params: tf.variable(tf.zeros([1])), notes })).toThrow(
      "paramGroups[1].notes: there is no option 'maxLR'; did you mean maxLr?",
    );
  });

  it('says which bounds a group that was added later lacks, moves nothing, and goes on once it has them', () => {
    const optimizer = sgd();
    const schedule = new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 8 });
    optimizer.addParamGroup({ params: tf.variable(tf.zeros([1])), lr: 2 });
    const before = optimizer.paramGroups.map(({ lr, momentum }) => [lr, momentum]);
    expect(() => schedule.step()).toThrow(
      'OneCycleLR.step: paramGroups[1] has no initialLr, maxLr, minLr, maxMomentum, baseMomentum: was it added after ' +
        'the schedule was made?',
    );
    expect(optimizer.paramGroups.map(({ lr, momentum }) => [lr, momentum])).toEqual(before);
    expect(schedule.lastEpoch).toBe(0);
    optimizer.paramGroups[1]!.notes = { ...optimizer.paramGroups[0]!.notes };
    schedule.step();
    expect(optimizer.paramGroups[1]!.lr).toBe(optimizer.paramGroups[0]!.lr);
  });

  it.each<[string, Partial<OneCycleLROptions>]>([
    ['divFactor is 0; expected a number over 0', { divFactor: 0 }],
    ['finalDivFactor is NaN; expected a number over 0', { finalDivFactor: Number.NaN }],
    ['pctStart is NaN; expected a number in [0, 1]', { pctStart: Number.NaN }],
    [
      'totalSteps is Infinity; expected a whole number of at least 1',
      { totalSteps: Number.POSITIVE_INFINITY },
    ],
    ['maxLr is NaN; expected a finite number', { maxLr: Number.NaN }],
    ['maxMomentum is [0.9, NaN]', { maxMomentum: [0.9, Number.NaN] }],
    ["annealStrategy is 'exp'; expected 'cos' or 'linear'", { annealStrategy: 'exp' as 'cos' }],
    ['lastEpoch is -2; expected a whole number of at least -1', { lastEpoch: -2 }],
    ['lastEpoch is 3, but paramGroups[0] has no initialLr to resume from', { lastEpoch: 3 }],
    ["there is no option 'max_lr'; did you mean maxLr?", { max_lr: 1 } as object],
  ])('says "%s"', (message, options) => {
    expect(() => make({ totalSteps: 9, ...options })).toThrow(`OneCycleLR: ${message}`);
  });
});
