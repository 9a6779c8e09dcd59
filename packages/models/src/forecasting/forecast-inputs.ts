import {
  concat,
  div,
  expandDims,
  reshape,
  type Scalar,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkRank, checkSteps } from '@unroll/backend/checks';
import { checkLengths } from '@unroll/seq2seq/checks';
import { placesIn, splitCovariates } from './covariates.ts';
import type { ForecastOptions } from './forecaster-options.ts';
import { scaleOfWindows } from './scaling.ts';

interface Sizes {
  /** H */
  readonly horizon: number;
  /** C, the number of covariates that the layers take */
  readonly covariates: number;
}

/** The inputs of a forecaster's layers, and the scaling of their values. */
export interface ForecastInputs {
  /** Scaled values with their covariates, `[W, N, 1 + C]` */
  readonly past: Tensor3D;
  /** Places in the horizon with their covariates, `[H, N, 1 + C]` */
  readonly future: Tensor3D;
  /** `[1, 1]` */
  readonly shift: Tensor2D;
  /** `[1, 1]`, or `[N, 1]` where windows are scaled by themselves */
  readonly scale: Tensor2D;
}

/**
 * @param values float32 `[N, W]`
 * @param series the mean and the scale of the series; undefined where windows are scaled by themselves
 * @throws where the values, covariates or lengths do not fit
 */
export function forecastInputs(
  operation: string,
  values: Tensor,
  { covariates, lengths }: ForecastOptions,
  { horizon, covariates: count }: Sizes,
  series: { readonly mean: Scalar; readonly scale: Scalar } | undefined,
): ForecastInputs {
  checkDtype(operation, 'values', values, 'float32');
  checkRank(operation, 'values', values, 2, ', [N, W]');
  checkSteps(operation, 'values', values, 1);
  const [rows, steps] = values.shape as [number, number];
  checkLengths(operation, lengths, rows, steps);
  const known = splitCovariates(operation, covariates, { rows, steps, horizon, count });
  const shift: Tensor2D = series ? reshape(series.mean, [1, 1]) : zeros([1, 1]);
  const scale: Tensor2D = series
    ? reshape(series.scale, [1, 1])
    : scaleOfWindows(values as Tensor2D, lengths);
  const scaled = expandDims(div(sub(values, shift), scale), 2) as Tensor3D;
  const places = placesIn(rows, horizon);
  return {
    past: timeMajor(known ? concat([scaled, known.past], 2) : scaled),
    future: timeMajor(known ? concat([places, known.future], 2) : places),
    shift,
    scale,
  };
}

/** Swaps the batch and the time. */
const timeMajor = (sequence: Tensor3D): Tensor3D => transpose(sequence, [1, 0, 2]);
