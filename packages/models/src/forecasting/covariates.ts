import { div, mul, ones, range, reshape, slice, type Tensor, type Tensor3D } from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

interface Sizes {
  readonly rows: number;
  /** W */
  readonly steps: number;
  /** H */
  readonly horizon: number;
  /** C, the number of covariates that the layers take */
  readonly count: number;
}

/**
 * The covariates of the window `[N, W, C]` and of the horizon `[N, H, C]`; undefined where the layers take none.
 *
 * @throws where they are missing, not wanted or of another shape
 */
export function splitCovariates(
  operation: string,
  covariates: Tensor | undefined,
  { rows, steps, horizon, count }: Sizes,
): { past: Tensor3D; future: Tensor3D } | undefined {
  if (count === 0) {
    if (!covariates) return undefined;
    const fault = "is given; the layers' inputSize is 1, of the value alone";
    throw new ArgumentError(operation, 'covariates', fault);
  }
  checkDtype(operation, 'covariates', covariates, 'float32');
  const expected = [rows, steps + horizon, count];
  checkExactShape(operation, 'covariates', covariates!, expected, ', of the window and the horizon');
  return {
    past: slice(covariates as Tensor3D, [0, 0, 0], [rows, steps, count]),
    future: slice(covariates as Tensor3D, [0, steps, 0], [rows, horizon, count]),
  };
}

/** The place (h + 1)/H of each step in the horizon, `[N, H, 1]` */
export function placesIn(rows: number, horizon: number): Tensor3D {
  const places = reshape(div(range(1, horizon + 1), horizon), [1, horizon, 1]);
  return mul(ones([rows, horizon, 1]), places) as Tensor3D;
}
