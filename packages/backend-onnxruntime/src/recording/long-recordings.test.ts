import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { sgdStep } from '@unroll/backend/operations';
import * as nn from '@unroll/nn';
import { SGD, trainingStep } from '@unroll/optim';
import { beforeEach, describe, expect, it } from 'vitest';
import { flush, onnxruntime, onnxruntimeStatistics } from '../onnxruntime.ts';

beforeEach(async () => {
  // A new backend, which has no sessions yet.
  await useBackend(onnxruntime({ threads: 1 }));
});

const cell = () => new nn.LSTMCell({ inputSize: 3, hiddenSize: 4 });

function walk(layer: nn.LSTMCell, steps: number): tf.Tensor {
  return tf.tidy(() => {
    const x = tf.ones([1, 3]);
    let state: [tf.Tensor2D, tf.Tensor2D] | undefined;
    for (let t = 0; t < steps; t++) state = layer.forward(x, state as never) as [tf.Tensor2D, tf.Tensor2D];
    return state![0];
  });
}

describe('a long recording', () => {
  it('of a loop over a cell makes few sessions, for 3,000 steps and for any other number', async () => {
    const layer = cell();
    const run = async (steps: number) => {
      const h = walk(layer, steps);
      await h.data();
      h.dispose();
    };
    await run(64);
    const { sessionsCreated } = onnxruntimeStatistics();
    for (const steps of [3000, 501, 777, 1234, 100, 101, 102, 103]) await run(steps);
    expect(onnxruntimeStatistics().sessionsCreated).toBeLessThanOrEqual(sessionsCreated + 4);
    layer.dispose();
  });

  it('computes the same as short recordings', async () => {
    const layer = cell();
    const h = walk(layer, 300);
    const whole = [...(await h.data())];
    h.dispose();
    const x = tf.ones([1, 3]);
    let state: [tf.Tensor2D, tf.Tensor2D] | undefined;
    for (let t = 0; t < 300; t++) {
      const next = layer.forward(x, state as never) as [tf.Tensor2D, tf.Tensor2D];
      await next[0].data();
      tf.dispose(state ?? []);
      state = next;
    }
    // All digits but the last are equal. ONNX Runtime fuses operations differently in different graphs.
    for (const [i, value] of (await state![0].data()).entries()) expect(value).toBeCloseTo(whole[i]!, 6);
    tf.dispose([x, state!]);
    layer.dispose();
  });

  it('of a training through many steps shares sessions, backward too', async () => {
    const layer = cell();
    const optimizer = new SGD(layer.parameters(), { lr: 0.01 });
    const train = (steps: number) => trainingStep(optimizer, () => tf.sum(walk(layer, steps)) as tf.Scalar);
    await train(100);
    await train(101);
    const { sessionsCreated } = onnxruntimeStatistics();
    for (const steps of [150, 230, 400]) await train(steps);
    expect(onnxruntimeStatistics().sessionsCreated).toBeLessThanOrEqual(sessionsCreated + 4);
    layer.dispose();
    optimizer.dispose();
  });

  it('of many layers shares sessions', async () => {
    const layers = Array.from({ length: 300 }, () => new nn.Linear({ inFeatures: 4, outFeatures: 4 }));
    const y = tf.tidy(() => layers.reduce((h, layer) => tf.tanh(layer.forward(h)), tf.ones([2, 4])));
    await y.data();
    expect(onnxruntimeStatistics().sessionsCreated).toBeLessThanOrEqual(6);
    tf.dispose([y, ...layers.flatMap((layer) => layer.parameters())]);
  });
});

describe('a loop that reads nothing', () => {
  const optimizers: [string, () => tf.Optimizer][] = [
    ['adam', () => tf.train.adam(0.1)],
    ['sgd', () => tf.train.sgd(0.1)],
    ['momentum', () => tf.train.momentum(0.1, 0.9)],
    ['rmsprop', () => tf.train.rmsprop(0.1)],
    ['adagrad', () => tf.train.adagrad(0.1)],
    ['adadelta', () => tf.train.adadelta(0.1)],
    ['adamax', () => tf.train.adamax(0.1)],
  ];
  it.each(optimizers)('runs one graph per step of tf.train.%s, all alike', async (_, makeOptimizer) => {
    const weights = [1, 2, 3].map((value) => tf.tidy(() => tf.variable(tf.fill([2, 2], value))));
    const optimizer = makeOptimizer();
    const loss = () => tf.sum(tf.addN(weights.map((weight) => tf.square(weight)))) as tf.Scalar;
    for (let i = 0; i < 3; i++) optimizer.minimize(loss);
    await flush();
    const { sessionsCreated, runs } = onnxruntimeStatistics();
    for (let i = 0; i < 40; i++) optimizer.minimize(loss);
    await flush();
    const after = onnxruntimeStatistics();
    expect(after.sessionsCreated - sessionsCreated).toBeLessThanOrEqual(1);
    expect(after.runs - runs).toBeLessThanOrEqual(41);
    expect(after.runs - runs).toBeGreaterThanOrEqual(39);
    optimizer.dispose();
    tf.dispose(weights);
  });

  it('runs each step as one graph where updates are kernels and parameters are not variables', async () => {
    let param: tf.Tensor = tf.ones([3]);
    const attrs = { lr: 0.1, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };
    const steps = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const next = tf.tidy(() => sgdStep({ param, grad: tf.square(param) }, attrs).param);
        param.dispose();
        param = next;
      }
      await flush();
    };
    await steps(2);
    const { sessionsCreated } = onnxruntimeStatistics();
    await steps(31);
    expect(onnxruntimeStatistics().sessionsCreated).toBe(sessionsCreated);
    param.dispose();
  });
});
