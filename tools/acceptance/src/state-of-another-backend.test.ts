import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import * as nn from '@unroll/nn';
import * as optim from '@unroll/optim';
import { expect, it } from 'vitest';

const linear = () => new nn.Linear({ inFeatures: 2, outFeatures: 2 });

it('a tensor of a backend with asynchronous reads throws, and nothing is loaded', async () => {
  await useBackend(cpu({ threads: 1 }));
  await useBackend(onnxruntime({ threads: 1 }));
  const weight = tf.mul(tf.ones([2, 2]), 3); // not computed yet
  await tf.setBackend('unroll-cpu'); // unlike useBackend, it does not have tensors computed before
  const model = linear();
  const before = await model.weight.data();
  const message = 'lives on another backend and cannot be read here';
  expect(() => model.loadStateDict({ weight, bias: { data: [1, 2], shape: [2] } })).toThrow(message);
  const optimizer = new optim.SGD(model.parameters(), { momentum: 0.9 });
  const state = { state: { 0: { momentum_buffer: weight } }, param_groups: [{ params: [0, 1] }] };
  expect(() => optimizer.loadStateDict(state)).toThrow(message);
  expect(await model.weight.data()).toEqual(before);
  expect(optimizer.state.size).toBe(0);
  weight.dispose();
});

it('a model on ONNX Runtime loads weights that were saved on backend-cpu', async () => {
  await useBackend(cpu({ threads: 1 }));
  const weight = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const bias = tf.tensor1d([5, 6]);
  await useBackend(onnxruntime({ threads: 1 }));
  const model = linear();
  model.loadStateDict({ weight, bias });
  tf.dispose([weight, bias]);
  expect([...(await model.forward(tf.ones([1, 2])).data())]).toEqual([8, 13]);
});
