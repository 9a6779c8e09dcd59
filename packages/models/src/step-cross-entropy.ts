import {
  cast,
  div,
  mul,
  notEqual,
  reshape,
  type Scalar,
  sum,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { crossEntropy } from '@unroll/nn';
import { IGNORED } from './check-classes.ts';

/**
 * The cross-entropy averaged over the steps that count.
 *
 * @param scores `[N, S, K]`
 * @param classes int32 `[N, S]`, each in 0…K−1, or −100 where a step does not count
 * @param mask `[N, S]`: 0 where a step does not count
 */
export function stepCrossEntropy(
  scores: Tensor3D,
  classes: Tensor2D,
  mask: Tensor2D | undefined,
  options: { labelSmoothing?: number | undefined },
): Scalar {
  const [rows, steps, size] = scores.shape;
  const wanted = reshape(classes, [rows * steps]);
  const losses = crossEntropy(reshape(scores, [rows * steps, size]), wanted, {
    ...options,
    ignoreIndex: IGNORED,
    reduction: 'none',
  });
  const classed = cast(notEqual(wanted, IGNORED), 'float32');
  const counts = mask ? mul(classed, reshape(mask, [rows * steps])) : classed;
  return div(sum(mul(losses, counts)), sum(counts)) as Scalar;
}
