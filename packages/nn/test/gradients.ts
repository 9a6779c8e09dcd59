import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { expectClose } from './close.ts';

type Compute = (...inputs: tf.Tensor[]) => tf.Tensor;

/** `torch.tensor([(i*37%19)/6-1.5 for i in range(n)]).reshape(shape)`: numbers without a pattern, the same in both languages. */
export function sequence(...shape: number[]): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => ((i * 37) % 19) / 6 - 1.5),
    shape,
  );
}

/** A scalar in which each element has its own weight: `(y * torch.arange(1, y.numel()+1).reshape(y.shape)).sum()`. */
export function weightedSum(y: tf.Tensor): tf.Tensor {
  return tf.sum(tf.mul(y, tf.reshape(tf.range(1, y.size + 1), y.shape)));
}

/** Expects the value of `compute`, and the gradients of its `weightedSum` with respect to each input. */
export async function expectValueAndGradients(
  compute: Compute,
  inputs: tf.Tensor[],
  value: number[],
  ...gradients: number[][]
): Promise<void> {
  await expectClose(compute(...inputs), value, 2e-5);
  const actual = tf.grads((...xs: tf.Tensor[]) => weightedSum(compute(...xs)))(inputs);
  expect(actual.length).toBe(gradients.length);
  for (const [i, gradient] of gradients.entries()) await expectClose(actual[i]!, gradient, 5e-5);
}

/** Expects the gradient of the `weightedSum` of `compute` to agree with central differences. */
export async function expectFiniteDifferences(compute: Compute, ...inputs: tf.Tensor[]): Promise<void> {
  const scalar = (...xs: tf.Tensor[]) => weightedSum(compute(...xs));
  const gradients = tf.grads(scalar)(inputs);
  const step = 1e-2;
  for (const [i, input] of inputs.entries()) {
    const values = await input.data();
    const expected: number[] = [];
    for (let element = 0; element < values.length; element++) {
      const moved = async (by: number) => {
        const copy = values.slice();
        copy[element]! += by;
        const xs = inputs.map((x, j) => (i === j ? tf.tensor(copy, x.shape) : x));
        return (await scalar(...xs).data())[0]!;
      };
      expected.push(((await moved(step)) - (await moved(-step))) / (2 * step));
    }
    const largest = Math.max(1, ...expected.map(Math.abs));
    await expectClose(gradients[i]!, expected, 5e-3 * largest);
  }
}
