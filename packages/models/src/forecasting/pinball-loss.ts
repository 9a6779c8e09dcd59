import {
  div,
  expandDims,
  maximum,
  mul,
  type Scalar,
  sub,
  sum,
  type Tensor,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, checkFeatures, checkValue, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';

const within = kind.inside('(0, 1)');

/** Probabilities that rise */
export const quantilesKind: kind.Kind = {
  expected: 'an array of rising numbers in (0, 1)',
  fits: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((each, i) => within.fits(each) && (i === 0 || each > value[i - 1])),
};

/**
 * The pinball loss of quantiles, averaged over all elements: `max(q·(y − ŷ), (q − 1)·(y − ŷ))`. It is least where ŷ is
 * exceeded with probability 1 − q. For the median it is half the absolute error. Koenker and Bassett, "Regression
 * quantiles" (1978).
 *
 * @param predictions float32 `[…, Q]`
 * @param target float32 `[…]`
 * @param quantiles Q rising numbers in (0, 1)
 * @throws where shapes, dtypes or quantiles do not fit
 */
export function pinballLoss(predictions: Tensor, target: Tensor, quantiles: readonly number[]): Scalar {
  checkValue('pinballLoss', 'quantiles', quantiles, kind.required(quantilesKind));
  checkDtype('pinballLoss', 'predictions', predictions, 'float32');
  checkFeatures('pinballLoss', 'predictions', predictions, 'the number of quantiles', quantiles.length);
  checkDtype('pinballLoss', 'target', target, 'float32');
  checkExactShape('pinballLoss', 'target', target, predictions.shape.slice(0, -1));
  return tidyResult(() => {
    const missing = sub(expandDims(target, -1), predictions); // y − ŷ
    const q = tensor1d([...quantiles]);
    const losses = maximum(mul(missing, q), mul(missing, sub(q, 1)));
    return div(sum(losses), losses.size) as Scalar; // NaN where there are none
  });
}
