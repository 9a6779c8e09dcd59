import { tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { defaultGenerator } from './random.ts';

/** A trainable variable whose elements `draw` gives, in row-major order. */
export function parameter(shape: number[], draw: () => number): Variable {
  return tidy(() => {
    const values = new Float32Array(shape.reduce((size, n) => size * n, 1));
    for (let i = 0; i < values.length; i++) values[i] = draw();
    return variable(tensor(values, shape));
  });
}

/** A parameter drawn from U(−bound, bound) by the default generator. */
export function uniformParameter(shape: number[], bound: number): Variable {
  return parameter(shape, () => (2 * defaultGenerator.uniform() - 1) * bound);
}
