import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { tfjsBackend, useBackend } from '@unroll/backend';
import { ArgumentError, CheckpointError } from '@unroll/backend/errors';
import { cpu } from '@unroll/backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { ExponentialMovingAverage } from './index.ts';

const parameter = (...values: number[]) => tf.tidy(() => tf.variable(tf.tensor1d(values)));
const set = (p: tf.Variable, ...values: number[]) => tf.tidy(() => p.assign(tf.tensor1d(values)));
const read = async (p: tf.Tensor) => [...(await p.data())];

/** The part of a module that an average needs. */
const named = (parameters: Record<string, tf.Variable>) => ({
  namedParameters: () => Object.entries(parameters),
});

describe.each([
  ['portable', () => useBackend(tfjsBackend('cpu'))],
  ['backend-cpu', () => useBackend(cpu({ threads: 1 }))],
])('on %s', (_, use) => {
  beforeAll(async () => {
    await use();
  });

  it('starts at the parameters of the first update, and moves towards those of each later one', async () => {
    const before = tf.memory().numTensors;
    const p = parameter(4, 8);
    const average = new ExponentialMovingAverage([p], { decay: 0.75 });
    expect(average.updates).toBe(0);
    expect(average.inPlace(() => 7)).toBe(7);
    average.update();
    set(p, 8, 0);
    average.update();
    expect(await read(average.averages().get('0')!)).toEqual([5, 6]);
    const swapBack = average.swapIn();
    expect(await read(p)).toEqual([5, 6]);
    swapBack();
    swapBack();
    expect(await read(p)).toEqual([8, 0]);
    average.takePlace();
    expect(await read(p)).toEqual([5, 6]);
    average.dispose();
    p.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is in place while a function runs, also if it is asynchronous or fails', async () => {
    const p = parameter(1);
    using average = new ExponentialMovingAverage([p], { decay: 0.5 });
    average.update();
    set(p, 3);
    const fail = () => {
      throw new Error('no');
    };
    expect(() => average.inPlace(fail)).toThrow('no');
    expect(await read(p)).toEqual([3]);
    const running = average.inPlace(async () => {
      await Promise.resolve();
      return read(p);
    });
    expect(() => average.update()).toThrow(
      'ExponentialMovingAverage.update: the averages are in place already; swap back first',
    );
    expect(() => average.swapIn()).toThrow('ExponentialMovingAverage.swapIn: the averages are in place');
    expect(await running).toEqual([1]);
    expect(await read(p)).toEqual([3]);
    await expect(average.inPlace(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await read(p)).toEqual([3]);
    p.dispose();
  });

  it('is copied to another model, whole or not at all', async () => {
    const [a, b] = [parameter(1), parameter(2, 3)];
    const others = { a: parameter(0), b: parameter(0, 0) };
    using average = new ExponentialMovingAverage(named({ a, b }));
    average.copyTo(named(others));
    expect(await read(others.a)).toEqual([0]);
    average.update();
    average.copyTo(named(others));
    expect([await read(others.a), await read(others.b)]).toEqual([[1], [2, 3]]);
    const lacking = named({ a: parameter(0) });
    expect(() => average.copyTo(lacking)).toThrow(
      "ExponentialMovingAverage.copyTo: model has no parameter 'b'",
    );
    expect(() => average.copyTo(named({ a: parameter(0), b: parameter(0) }))).toThrow("the model's 'b'");
  });

  it('is saved under PyTorch’s keys, and goes on from there', async () => {
    const p = parameter(1, 2);
    using average = new ExponentialMovingAverage(named({ weight: p }), { decay: 0.5 });
    expect(average.stateDict()).toEqual({ n_averaged: 0 });
    average.update();
    const state = average.stateDict();
    expect(Object.keys(state)).toEqual(['n_averaged', 'module.weight']);
    const buffer = { data: [1], shape: [1] };
    const model = { ...named({ weight: p }), stateDict: () => ({ weight: p, running_mean: buffer }) };
    using other = new ExponentialMovingAverage(model, { decay: 0.5 });
    other.loadStateDict({ ...state, 'module.running_mean': buffer });
    set(p, 3, 4);
    for (const one of [average, other]) one.update();
    expect(other.updates).toBe(2);
    expect(await read(other.averages().get('weight')!)).toEqual([2, 3]);
    other.loadStateDict({ n_averaged: 0 });
    expect([other.updates, other.averages().size]).toEqual([0, 0]);
  });

  it('takes the count as PyTorch saves it', async () => {
    const p = parameter(1, 2);
    using average = new ExponentialMovingAverage([p]);
    const counts = [
      () => tf.scalar(1, 'int32'),
      () => tf.scalar(2),
      () => ({ data: new BigInt64Array([3n]), shape: [] }),
      () => ({ data: [4], shape: [] }),
    ];
    for (const [i, count] of counts.entries()) {
      const n_averaged = count();
      average.loadStateDict({ n_averaged, 'module.0': p });
      expect(average.updates).toBe(i + 1);
      if (n_averaged instanceof tf.Tensor) n_averaged.dispose();
    }
    p.dispose();
  });

  it('refuses JSON, which would lose the averages’ numbers', () => {
    const p = parameter(1);
    using average = new ExponentialMovingAverage(named({ weight: p }));
    expect(JSON.stringify(average.stateDict())).toBe('{"n_averaged":0}');
    average.update();
    expect(() => JSON.stringify({ average: average.stateDict() })).toThrow(
      'stateDict: module.weight is a tensor, whose numbers JSON would lose',
    );
    p.dispose();
  });

  it('loads all of a state or nothing', () => {
    const p = parameter(1, 2);
    using average = new ExponentialMovingAverage(named({ weight: p }));
    average.update();
    const states: [unknown, string][] = [
      [{ n_averaged: 1 }, 'module.weight is undefined; expected a tensor, or its numbers with their shape'],
      [
        { n_averaged: 1, 'module.weight': { data: [1], shape: [1] } },
        "module.weight has shape [1]; its parameter's is [2]",
      ],
      [{ n_averaged: -1 }, 'n_averaged is -1; expected'],
      [3, 'the state is 3; expected'],
      [{ n_averaged: 0, weight: p }, "there is no 'weight' in the model"],
      [{ n_averaged: 1, 'module.weight': p, 'module.wieght': p }, "there is no 'module.wieght' in the model"],
      [{ 'module.weight': p }, 'n_averaged is undefined; expected'],
      [{ n_averaged: null, 'module.weight': p }, 'n_averaged is null; expected'],
      [{ n_averaged: p, 'module.weight': p }, 'n_averaged is a tf.Variable; expected a whole number'],
      [{ n_averaged: { data: [0.5], shape: [] }, 'module.weight': p }, 'n_averaged is 0.5; expected'],
      [{ n_averaged: { shape: [] }, 'module.weight': p }, 'n_averaged is an object; expected'],
    ];
    for (const [state, message] of states) {
      expect(() => average.loadStateDict(state as never)).toThrow(CheckpointError);
      expect(() => average.loadStateDict(state as never)).toThrow(message);
    }
    expect(average.updates).toBe(1);
    p.dispose();
  });

  it('refuses a decay of 1, which would move nothing, and a model without parameters', () => {
    expect(() => new ExponentialMovingAverage([], { decay: 1 })).toThrow(
      'ExponentialMovingAverage: decay is 1; expected a number in [0, 1)',
    );
    expect(() => new ExponentialMovingAverage([3] as never)).toThrow(ArgumentError);
    expect(() => new ExponentialMovingAverage({} as never)).toThrow(
      'model is an object; expected a module, or an array of tf.Variables',
    );
  });
});
