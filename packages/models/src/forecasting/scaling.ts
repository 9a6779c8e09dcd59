import {
  abs,
  add,
  div,
  equal,
  expandDims,
  moments,
  mul,
  onesLike,
  type Rank,
  reshape,
  type Scalar,
  sqrt,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor1d,
  tidy,
  transpose,
  type Variable,
  where,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkEach, kind, shapeText, valuesAtHand } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { zeroPadding } from '@unroll/backend/operations';

/**
 * The mean absolute value of each window up to its length, 1 where that is 0: `[N, 1]`.
 *
 * @param values `[N, W]`
 */
export function scaleOfWindows(values: Tensor2D, lengths: readonly number[] | undefined): Tensor2D {
  const [rows, steps] = values.shape;
  const counts = lengths ?? new Array<number>(rows).fill(steps);
  const read = lengths ? transpose(zeroPadding(transpose(values), tensor1d([...lengths], 'int32'))) : values;
  const means = div(sum(abs(read), 1), tensor1d([...counts], 'float32'));
  return reshape(oneForZero(means), [rows, 1]);
}

/** Throws unless a series is float32, not empty and, if its values are at hand, of finite numbers. */
function checkSeries(operation: string, series: Tensor): void {
  checkDtype(operation, 'series', series, 'float32');
  if (series.size === 0) {
    const fault = `has shape ${shapeText(series.shape)}; expected at least one value`;
    throw new ArgumentError(operation, 'series', fault);
  }
  valuesAtHand(series)?.forEach((value, i) => {
    if (Number.isFinite(value)) return;
    throw new ArgumentError(operation, 'series', `holds ${value} as value ${i}; expected finite numbers`);
  });
}

interface Scale {
  readonly mean: Variable<Rank.R0>;
  readonly scale: Variable<Rank.R0>;
}

/** Sets the mean of all elements, and their standard deviation, 1 where that is 0. */
export function fitScale(operation: string, series: Tensor, { mean, scale }: Scale): void {
  checkSeries(operation, series);
  checkEach(operation, { mean, scale }, kind.variable);
  tidy(() => {
    const { mean: ofSeries, variance } = moments(series);
    mean.assign(ofSeries as Scalar);
    scale.assign(oneForZero(sqrt(variance)) as Scalar);
  });
}

interface Scaled {
  /** `[N, H, Q]` */
  readonly quantiles: Tensor3D;
  /** `[N, 1]` or `[1, 1]` */
  readonly shift: Tensor2D;
  readonly scale: Tensor2D;
}

/** Quantiles of scaled values in the unit of the values, `[N, H, Q]` */
export const unscaled = ({ quantiles, shift, scale }: Scaled): Tensor3D =>
  add(mul(quantiles, expandDims(scale, 2)), expandDims(shift, 2)) as Tensor3D;

const oneForZero = (scale: Tensor): Tensor => where(equal(scale, 0), onesLike(scale), scale);
