import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { Dropout } from '../layers/dropout.ts';
import { Linear } from '../layers/linear.ts';
import { GRUCell } from '../recurrent/gru-cell.ts';
import { gradcheck } from './gradcheck.ts';

/** x³, with a gradient that is right only where `factor` is 3. */
const cube = (factor: number) =>
  tf.customGrad((x, save) => {
    const input = x as tf.Tensor;
    (save as (tensors: tf.Tensor[]) => void)([input]);
    return {
      value: tf.pow(input, 3),
      gradFunc: (dy, [saved]) => tf.mul(dy as tf.Tensor, tf.mul(factor, tf.square(saved as tf.Tensor))),
    };
  });

describe('gradcheck', () => {
  onEachBackend(() => {
    it('accepts TensorFlow.js’s gradients, for tensors and for variables that the function uses directly', async () => {
      const linear = new Linear({ inFeatures: 3, outFeatures: 2 });
      const x = tf.randomNormal([4, 3], 0, 1, 'float32', 1);
      const before = await linear.weight.data();
      const tensors = tf.memory().numTensors;
      expect(await gradcheck(() => tf.sigmoid(linear.forward(x)), linear.parameters())).toBe(true);
      expect(await gradcheck((a, b) => [tf.mul(a!, b!), tf.exp(a!)], [x, tf.scalar(2)])).toBe(true);
      expect(await linear.weight.data()).toEqual(before);
      expect(tf.memory().numTensors).toBe(tensors + 1); // the scalar
    });

    it('says where a gradient is wrong, and how large it is', async () => {
      const x = tf.tensor2d([[1, 2]]);
      await expect(gradcheck(cube(3) as (x?: tf.Tensor) => tf.Tensor, [x])).resolves.toBe(true);
      await expect(gradcheck(cube(2) as (x?: tf.Tensor) => tf.Tensor, [x])).rejects.toThrow(
        /^gradcheck: the gradient of inputs\[0\] \(shape \[1, 2\]\) is [\d.]+ at \[0, 1\], by differences [\d.]+; 2 of 2 elements differ$/,
      );
      const tensors = tf.memory().numTensors;
      const quietly = gradcheck(cube(2) as (x?: tf.Tensor) => tf.Tensor, [x], { raiseException: false });
      expect(await quietly).toBe(false);
      expect(tf.memory().numTensors).toBe(tensors);
    });
  });

  it('takes functions of tensors of certain ranks, as cells have', async () => {
    const cell = new GRUCell({ inputSize: 2, hiddenSize: 3 });
    const step = (x: tf.Tensor2D, h: tf.Tensor2D) => cell.step(x, h)[0];
    expect(
      await gradcheck(step, [
        tf.randomNormal([2, 2], 0, 1, 'float32', 2),
        tf.randomNormal([2, 3], 0, 1, 'float32', 3),
      ]),
    ).toBe(true);
    expect(await gradcheck((x, w) => tf.matMul(x, w), [tf.ones([2, 3]), tf.ones([3, 1])])).toBe(true);
  });

  it('takes a missing gradient as 0, and leaves integers unchanged', async () => {
    const x = tf.tensor1d([1, 2]);
    const indices = tf.tensor1d([1, 0, 1], 'int32');
    expect(await gradcheck((a, i) => tf.gather(a!, i as tf.Tensor1D), [x, indices])).toBe(true);
    expect(await gradcheck((a) => tf.square(a!), x)).toBe(true);
    expect(await gradcheck((a) => tf.square(a!), [x, tf.ones([2])])).toBe(true);
    // The gradient of a floor is 0, and so are its differences away from its steps.
    expect(await gradcheck((a) => tf.floor(a!), [tf.tensor1d([0.5, 1.5])])).toBe(true);
  });

  it('restores a variable’s value where the function fails', async () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    let calls = 0;
    const failing = () => {
      if (++calls > 4) throw new Error('no more');
      return tf.square(variable);
    };
    await expect(gradcheck(failing, [variable])).rejects.toThrow('no more');
    expect(await variable.array()).toEqual([1, 2]);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a tensor that the function does not take as an argument',
      () => {
        const x = tf.ones([2]);
        return gradcheck(() => tf.square(x), [x]);
      },
      'by differences 0; 2 of 2 elements differ: f has to use the tensor that it is called with, as that is the one that is moved',
    ],
    [
      'a function with dropout',
      () => gradcheck((x) => new Dropout().forward(x!), [tf.ones([20])]),
      'gradcheck: f gives other results for the same inputs',
    ],
    [
      'no input with a gradient',
      () => gradcheck(() => tf.ones([1]), [tf.tensor1d([1], 'int32')]),
      'gradcheck: none of the 1 inputs is a float32 tensor with elements',
    ],
    [
      'inputs that are no tensors',
      () => gradcheck((x) => x!, [1] as unknown as tf.Tensor[]),
      'gradcheck: inputs is [1]; expected an array, each element a tensor',
    ],
    [
      'no inputs',
      () => gradcheck(() => tf.ones([1]), undefined as never),
      'gradcheck: inputs is undefined; expected an array',
    ],
    [
      'no result',
      () => gradcheck(() => undefined as never, tf.ones([1])),
      'gradcheck: the result of f is undefined',
    ],
    [
      'an empty result',
      () => gradcheck(() => [], tf.ones([1])),
      'gradcheck: the result of f is empty; expected at least one tensor',
    ],
    [
      'a result that is no tensor',
      () => gradcheck(() => 1 as unknown as tf.Tensor, [tf.ones([1])]),
      'gradcheck: the result of f is 1; expected',
    ],
  ])('refuses %s', async (_, call, message) => {
    await expect(call()).rejects.toThrow(message);
  });
});
