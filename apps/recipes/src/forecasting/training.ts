import { dispose, type Tensor, tensor1d, tensor2d, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { batches, fields, map, shuffled, stacked } from '@unroll/data';
import { Forecaster } from '@unroll/models';
import * as nn from '@unroll/nn';
import { AdamW } from '@unroll/optim';
import type { TrainerOptions } from '@unroll/train';
import { oneCycle } from '../learning-rate.ts';

/** A series, and what is known of each of its steps in advance. */
export interface KnownSeries {
  readonly values: readonly number[];
  /** `[steps of the series and of the future, C]` */
  readonly covariates: readonly (readonly number[])[];
}

export interface ForecastSizes {
  /** W, the number of steps that the model reads */
  readonly window: number;
  /** H, the number of steps that it forecasts */
  readonly horizon: number;
  readonly hiddenSize: number;
  readonly dropout: number;
  readonly epochs: number;
  readonly lr: number;
}

/** A GRU reads the past, another forecasts the future: 10, 50 and 90 % quantiles of each step. */
export function forecaster(
  { values, covariates }: KnownSeries,
  { horizon, hiddenSize, dropout }: ForecastSizes,
): Forecaster {
  const sizes = { inputSize: 1 + covariates[0]!.length, hiddenSize };
  const model = new Forecaster({ encoder: new nn.GRU(sizes), decoder: new nn.GRU(sizes), horizon, dropout });
  tidy(() => model.fitScale(tensor1d([...values])));
  return model;
}

export type WindowBatch = {
  /** `[N, W]` */
  readonly past: Tensor;
  /** `[N, H]` */
  readonly future: Tensor;
  /** `[N, W + H, C]` */
  readonly covariates: Tensor;
};

const known = ({ covariates }: KnownSeries, first: number, steps: number) => {
  const rows = covariates.slice(first, first + steps);
  return { data: rows.flat(), shape: [steps, rows[0]!.length] };
};

/** The covariates of a batch for the model, which takes none of no features. */
const given = (covariates: Tensor) => (covariates.shape[2] === 0 ? {} : { covariates });

/** The training of a forecaster: the pinball loss of the three quantiles on every window of the series. */
export function forecastTraining(
  model: Forecaster,
  series: KnownSeries,
  { seed, fractionDone, sizes }: { seed: number; fractionDone: () => number; sizes: ForecastSizes },
): TrainerOptions<WindowBatch> {
  const { window, horizon, epochs, lr } = sizes;
  const starts = Array.from({ length: series.values.length - window - horizon + 1 }, (_, start) => start);
  const elements = map(starts, (start) => ({
    past: series.values.slice(start, start + window),
    future: series.values.slice(start + window, start + window + horizon),
    covariates: known(series, start, window + horizon),
  }));
  const optimizer = new AdamW(model.parameters(), { lr });
  return {
    model,
    optimizer,
    batches: batches(elements, {
      batchSize: 32,
      order: shuffled({ seed }),
      collate: fields({ past: stacked(), future: stacked(), covariates: stacked() }),
    }),
    loss: ({ past, future, covariates }) => model.loss(past, future, given(covariates)),
    weight: ({ past }) => past.shape[0]!,
    epochs,
    clipGradNorm: 1,
    compile: true,
    schedule: oneCycle(optimizer, fractionDone),
    average: { decay: 0.99 },
  };
}

/** Forecasts from windows that end before each of the given steps of a series: `[origins, H, quantiles]` */
export async function forecastsFrom(
  model: Forecaster,
  series: KnownSeries,
  origins: readonly number[],
  window: number,
): Promise<Float32Array[][]> {
  const steps = window + model.horizon;
  const features = series.covariates[0]!.length;
  const past = tensor2d(
    origins.flatMap((at) => series.values.slice(at - window, at)),
    [origins.length, window],
  );
  const covariates = tensor3d(
    Float32Array.from(
      origins.flatMap((at) => series.covariates.slice(at - window, at + model.horizon).flat()),
    ),
    [origins.length, steps, features],
  );
  return await model.predict(past, given(covariates)).finally(() => dispose([past, covariates]));
}
