import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { compile, useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { lossAndGradients, SGD, trainingStep, update } from './index.ts';

const variable = (values: number[]) => tf.tidy(() => tf.variable(tf.tensor1d(values)));
const half = (w: tf.Tensor) => tf.div(tf.sum(tf.square(w)), 2); // its gradient is w

const backends = [
  { name: 'tfjs-backend-cpu', use: () => tf.setBackend('cpu') },
  { name: 'backend-cpu', use: () => useBackend(cpu()) },
];

describe.each(backends)('a loss function that hands out a state, on $name', ({ use }) => {
  beforeAll(async () => {
    await use();
  });

  it('gets it to the caller, with the loss as a number', async () => {
    const w = variable([3, 4]);
    const step = await trainingStep(new SGD([w], { lr: 0.5 }), () => ({
      loss: half(w),
      state: [tf.mul(w, 2), { twice: tf.mul(w, 4) }] as const,
      tokens: 2,
    }));
    expect(step.loss).toBe(12.5);
    expect(step.tokens).toBe(2);
    expect([...(await step.state[0].data())]).toEqual([6, 8]);
    expect([...(await step.state[1].twice.data())]).toEqual([12, 16]);
    expect([...(await w.data())]).toEqual([1.5, 2]);
  });

  it('carries it from step to step without a tensor too many', async () => {
    const w = variable([0.5]);
    const optimizer = new SGD([w], { lr: 0.01 });
    let state: tf.Tensor = tf.tensor1d([1]);
    const held: number[] = [];
    for (let i = 0; i < 20; i++) {
      const before = state;
      const step = await trainingStep(optimizer, () => {
        const next = tf.tanh(tf.mul(before, w));
        return { loss: half(next), state: next };
      });
      before.dispose();
      state = step.state;
      held.push(tf.memory().numTensors);
    }
    expect(new Set(held.slice(1)).size).toBe(1);
    expect(state.isDisposed).toBe(false);
  });

  it('has no gradient through a state of the step before: truncated back-propagation', async () => {
    const w = variable([2]);
    const state = tf.tensor1d([3]);
    const { gradients, next } = lossAndGradients(new SGD([w], { lr: 1 }), () => {
      const product = tf.mul(w, state);
      return { loss: tf.sum(product), next: product };
    });
    expect([...(await gradients.get(w)!.data())]).toEqual([3]);
    expect([...(await next.data())]).toEqual([6]);
  });

  it('frees it where the step fails, and leaves alone what was there before', async () => {
    const w = variable([1]);
    const other = variable([1]);
    const given = tf.tensor1d([5]);
    const optimizer = new SGD([w], { lr: 1 });
    const before = tf.memory().numTensors;
    const wrong = () => ({ loss: half(other), state: tf.mul(w, 2), given, other });
    await expect(trainingStep(optimizer, wrong)).rejects.toThrow('the loss depends on none');
    expect(() => update(optimizer, wrong)).toThrow('the loss depends on none');
    const noNumber = () => ({ loss: tf.div(half(w), 0), state: tf.mul(w, 2), given });
    await expect(trainingStep(optimizer, noNumber, { errorIfNonfinite: true })).rejects.toThrow(
      'trainingStep: the loss is Infinity; expected a finite number. Nothing was updated',
    );
    expect(tf.memory().numTensors).toBe(before);
    expect(given.isDisposed).toBe(false);
    expect([...(await given.data())]).toEqual([5]);
  });

  it('does so within a scope, and for `update` and compiled steps', async () => {
    const w = variable([0.5]);
    const optimizer = new SGD([w], { lr: 0.1 });
    const step = compile((state: tf.Tensor) =>
      update(optimizer, () => {
        const next = tf.tanh(tf.add(tf.mul(state, w), 1));
        return { loss: half(next), state: next };
      }),
    );
    let state: tf.Tensor = tf.tensor1d([1]);
    const losses: number[] = [];
    const held: number[] = [];
    for (let i = 0; i < 12; i++) {
      const { loss, state: next } = step(state);
      losses.push((await loss.data())[0]!);
      tf.dispose([loss, state]);
      state = next;
      held.push(tf.memory().numTensors);
    }
    expect(new Set(held.slice(4)).size).toBe(1);

    let [weight, value] = [0.5, 1];
    for (const loss of losses) {
      const next = Math.tanh(value * weight + 1);
      expect(loss).toBeCloseTo(next ** 2 / 2, 5);
      weight -= 0.1 * next * (1 - next ** 2) * value;
      value = next;
    }
    expect((await w.data())[0]).toBeCloseTo(weight, 5);
  });
});

it('refuses a promise among what is handed out', async () => {
  await tf.setBackend('cpu');
  const w = variable([1]);
  const loss = () => ({ loss: half(w), state: w.data() });
  await expect(trainingStep(new SGD([w], { lr: 1 }), loss)).rejects.toThrow(
    'trainingStep: state of what the loss function returned is a promise; expected tensors and values at once',
  );
});
