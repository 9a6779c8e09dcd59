import {
  cast,
  cumsum,
  div,
  minimum,
  mul,
  notEqual,
  type Scalar,
  sum,
  type Tensor2D,
  type Tensor3D,
  tidy,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, checkRank } from '@unroll/backend/checks';

/**
 * Penalises attention that returns to steps it has already covered: `Σ_s min(a_t[s], Σ_{t' < t} a_t'[s])`, averaged
 * over the targets' tokens. See et al., "Get to the point" (2017), equation 12.
 *
 * @param attention `[N, T, S]`
 * @param target int32 `[N, T]`, the token that each step should predict
 * @param paddingToken steps with this token do not count
 */
export function coverageLoss(attention: Tensor3D, target: Tensor2D, paddingToken: number): Scalar {
  checkRank('coverageLoss', 'attention', attention, 3, ', [N, T, S]');
  checkDtype('coverageLoss', 'target', target, 'int32');
  checkExactShape('coverageLoss', 'target', target, attention.shape.slice(0, 2), ', a token for each step');
  return tidy(() => {
    const before = cumsum(attention, 1, true); // [N, T, S]
    const again = sum(minimum(attention, before), 2); // [N, T]
    const counts = cast(notEqual(target, paddingToken), 'float32');
    return div(sum(mul(again, counts)), sum(counts)) as Scalar;
  });
}
