import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { NAdam, OneCycleLR } from '@unroll/optim';
import { expect, it } from 'vitest';
import { optimizerState, savedOptimizer } from './saved-optimizer.ts';

it('an optimizer’s complete state is saved and loaded: tensors, numbers, and the fields of schedules', async () => {
  await tf.setBackend('cpu');
  const p = tf.tidy(() => tf.variable(tf.tensor1d([1, 2])));
  const make = () => {
    const optimizer = new NAdam([p], { lr: 0.1 });
    return { optimizer, schedule: new OneCycleLR(optimizer, { maxLr: 1, totalSteps: 9 }) };
  };
  const { optimizer, schedule } = make();
  tf.tidy(() => optimizer.step(new Map([[p, tf.tensor1d([0.5, -1])]])));
  schedule.step();
  const { numbers, tensors } = savedOptimizer(optimizer);
  const { optimizer: other } = make();
  other.loadStateDict(optimizerState(JSON.parse(JSON.stringify(numbers)), await tensors));
  expect(other.paramGroups).toEqual(optimizer.paramGroups);
  const values = ({ state }: NAdam) =>
    [...state.get(p)!.tensors].map(([name, tensor]) => [name, tensor.shape, [...tensor.dataSync()]]);
  expect(values(other)).toEqual(values(optimizer));
});
