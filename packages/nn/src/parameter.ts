import { type Rank, type ShapeMap, tensor, tidy, util, type Variable, variable } from '@tensorflow/tfjs-core';
import { checkValue, kind } from '@unroll/backend/checks';
import { defaultGenerator } from './random/default-generator.ts';

const shapeKind = kind.required(kind.listOf(kind.whole(0), 'a shape, an array of sizes'));

/** A trainable variable. `draw` gives its elements in row-major order. */
export function parameter<R extends Rank>(shape: ShapeMap[R], draw: () => number): Variable<R> {
  checkValue('parameter', 'shape', shape, shapeKind);
  return tidy(() => {
    const values = new Float32Array(util.sizeFromShape(shape));
    for (let i = 0; i < values.length; i++) values[i] = draw();
    return variable<R>(tensor<R>(values, shape));
  });
}

/**
 * A parameter that the default generator draws from U(−bound, bound), as in most of PyTorch's layers.
 *
 * @example this.weight = uniformParameter<Rank.R2>([outFeatures, inFeatures], 1 / Math.sqrt(inFeatures));
 */
export function uniformParameter<R extends Rank>(shape: ShapeMap[R], bound: number): Variable<R> {
  return parameter<R>(shape, () => (2 * defaultGenerator.uniform() - 1) * bound);
}
