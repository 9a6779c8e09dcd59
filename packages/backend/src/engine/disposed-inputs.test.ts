import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { noteDisposal } from '../checks/disposal.ts';
import './ready.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const disposed = (): tf.Tensor => {
  const tensor = tf.ones([2, 2]);
  tensor.dispose();
  return tensor;
};

describe('an operation of TensorFlow.js that is given a disposed tensor', () => {
  it('names itself and the argument, and says how a tensor is kept', () => {
    expect(() => tf.relu(disposed())).toThrow(
      'relu: x is a disposed tensor: tf.tidy, a training step or dispose() has freed it. ' +
        'tf.keep(x) carries it out of a tidy; a loss function hands it out beside the loss, as { loss, state }',
    );
    expect(() => tf.matMul(tf.ones([2, 2]), disposed())).toThrow('matMul: b is a disposed tensor');
    expect(() => tf.concat([tf.ones([2, 2]), disposed()])).toThrow('concat: tensors[1] is a disposed tensor');
  });

  it('says who has disposed of a variable', () => {
    const variable = tf.tidy(() => tf.variable(tf.ones([2, 2]), true, 'weight-of-nobody'));
    variable.dispose();
    expect(() => tf.neg(variable)).toThrow("neg: x is a disposed variable, 'weight-of-nobody'");
    noteDisposal(variable, "Tagger.dispose() has freed the module's 'lstm.weight_ih_l0'");
    expect(() => tf.neg(variable)).toThrow(
      "neg: x is a disposed variable: Tagger.dispose() has freed the module's 'lstm.weight_ih_l0'",
    );
  });

  it('is computed as before if a clone still holds the data', () => {
    const x = tf.tensor1d([1, 2]);
    const clone = x.clone();
    x.dispose();
    expect([...tf.tidy(() => tf.neg(x)).dataSync()]).toEqual([-1, -2]);
    clone.dispose();
    expect(() => tf.neg(x)).toThrow('neg: x is a disposed tensor');
  });

  it('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    expect(() => tf.tidy(() => tf.add(tf.ones([2]), disposed()))).toThrow('disposed');
    expect(tf.memory().numTensors).toBe(before);
  });
});
