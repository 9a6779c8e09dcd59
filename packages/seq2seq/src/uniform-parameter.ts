import { type Rank, type ShapeMap, tidy, type Variable, variable, zeros } from '@tensorflow/tfjs-core';
import { init } from '@unroll/nn';

/** A parameter drawn from U(−bound, bound). */
export function uniformParameter<R extends Rank>(shape: ShapeMap[R], bound: number): Variable<R> {
  return init.uniform_(
    tidy(() => variable<R>(zeros<R>(shape))),
    { a: -bound, b: bound },
  );
}
