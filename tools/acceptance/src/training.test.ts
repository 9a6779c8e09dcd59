import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { type Backend, tfjsBackend, useBackend } from '@unroll/backend';
import { cpu, cpuMemory } from '@unroll/backend-cpu';
import { onnxruntime, onnxruntimeStatistics } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import { AdamW, step } from '@unroll/optim';
import { expect, it } from 'vitest';
import { Classifier, sample } from './classifier.ts';
import { trainStep } from './train-step.ts';

const portable = tfjsBackend('cpu');

it('after 10,000 training steps there are as many tensors and bytes as after 100', async () => {
  await useBackend(cpu({ threads: 2 }));
  nn.manualSeed(1);
  const model = new Classifier();
  const optimizer = new AdamW(model.parameters(), { lr: 1e-3 });
  const footprint = () => {
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    return { numTensors, numDataBuffers, numBytes, ...cpuMemory() };
  };
  let first: ReturnType<typeof footprint> | undefined;
  for (let number = 1; number <= 10_000; number++) {
    await trainStep(model, optimizer, number);
    if (number === 100) first = footprint();
  }
  console.log('after 100 and after 10,000 steps:', first);
  expect(footprint()).toEqual(first);
  optimizer.dispose();
  model.dispose();
});

it('after 3,000 steps of varying batches on ONNX Runtime there are as many tensors, arrays and sessions as after 300', async () => {
  await useBackend(onnxruntime({ threads: 1 }));
  nn.manualSeed(1);
  const model = new Classifier();
  const optimizer = new AdamW(model.parameters(), { lr: 1e-3 });
  const footprint = () => {
    const { sessions, sessionsEvicted, pending } = onnxruntimeStatistics();
    return { numTensors: tf.memory().numTensors, sessions, sessionsEvicted, pending };
  };
  let first: ReturnType<typeof footprint> | undefined;
  let pooled = 0;
  for (let number = 1; number <= 3000; number++) {
    await trainStep(model, optimizer, number, number % 10 === 0 ? 4 : 6);
    if (number === 300) {
      first = footprint();
      pooled = onnxruntimeStatistics().bytesPooled;
    }
  }
  console.log('after 300 and after 3,000 steps:', first, `${pooled} bytes pooled`);
  expect(footprint()).toEqual(first);
  expect(onnxruntimeStatistics().bytesPooled).toBe(pooled);
  expect(first!.sessions).toBeLessThanOrEqual(6);
  optimizer.dispose();
  model.dispose();
});

it('a training step of a 2-layer bidirectional LSTM classifier makes at most 150 kernel calls', async () => {
  await useBackend(cpu({ threads: 2 }));
  nn.manualSeed(1);
  const model = new Classifier();
  const optimizer = new AdamW(model.parameters(), { lr: 1e-3 });
  await trainStep(model, optimizer, 1);
  const { words, lengths, labels } = sample(2);
  const { kernels } = await tf.profile(async () => {
    await step(optimizer, () => nn.crossEntropy(model.forward(words, lengths), labels), { clipGradNorm: 1 });
    return tf.scalar(0);
  });
  // profile also lists tidy scopes with a gradient of their own, which are no kernels.
  const calls = kernels.filter(({ name }) => tf.getKernel(name, tf.getBackend()));
  const counts = new Map<string, number>();
  for (const { name } of calls) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  console.log(`${calls.length} kernel calls a step:`, sorted.map(([name, n]) => `${name} ${n}`).join(', '));
  expect(calls.length).toBeGreaterThan(20);
  expect(calls.length).toBeLessThanOrEqual(150);
  tf.dispose([words, labels]);
  optimizer.dispose();
  model.dispose();
});

const wasm = cpu({ threads: 2 });
const native = onnxruntime({ threads: 2 });

it.each([
  ['portable to cpu', portable, wasm],
  ['cpu to onnxruntime', wasm, native],
  ['onnxruntime to cpu', native, wasm],
])(
  'a training that changes its backend half way, from %s, dropout included, ends where it would have without',
  async (_, from, to) => {
    const steps = 60;
    async function trainOn(
      backendAt: (number: number) => Backend,
    ): Promise<{ weights: Float32Array[]; losses: number[] }> {
      await useBackend(backendAt(0));
      nn.manualSeed(7);
      const model = new Classifier();
      const optimizer = new AdamW(model.parameters(), { lr: 1e-2 });
      const losses: number[] = [];
      for (let number = 0; number < steps; number++) {
        await useBackend(backendAt(number));
        losses.push(await trainStep(model, optimizer, number));
      }
      const weights = await Promise.all(
        model.parameters().map((parameter) => parameter.data() as Promise<Float32Array>),
      );
      optimizer.dispose();
      model.dispose();
      return { weights, losses };
    }
    const alone = await trainOn(() => wasm);
    const changed = await trainOn((number) => (number < steps / 2 ? from : to));
    expect(alone.losses.at(-1)).toBeLessThan(alone.losses[0]! / 2);
    const largest = Math.max(
      ...alone.weights.map((weight, i) =>
        weight.reduce((most, w, j) => Math.max(most, Math.abs(w - changed.weights[i]![j]!)), 0),
      ),
    );
    console.log('largest difference of a weight:', largest);
    expect(largest).toBeLessThan(1e-3);
  },
);
