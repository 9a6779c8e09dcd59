import type { Tensor } from '@tensorflow/tfjs-core';
import { kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { SequenceLayer } from '@unroll/seq2seq';
import { layerKind } from '@unroll/seq2seq/checks';
import { type LengthOptions, lengthKinds } from '../source-lengths.ts';
import { quantilesKind } from './pinball-loss.ts';

export interface ForecasterOptions {
  /** Reads the past, of values with their covariates: `inputSize` is 1 + the number of covariates. */
  encoder: SequenceLayer;
  /**
   * Reads what is known of the future, the covariates with the place in the horizon: `inputSize` is 1 + the number of
   * covariates. It begins with the encoder's last states, so its states have the same sizes.
   */
  decoder: SequenceLayer;
  /** H, the number of steps that are forecast */
  horizon: number;
  /** The quantiles of each step, rising. Default `[0.1, 0.5, 0.9]`. */
  quantiles?: readonly number[] | undefined;
  /**
   * Whether each window is divided by its own mean absolute value (Salinas et al., "DeepAR", 2017), which suits series
   * of different sizes, rather than scaled by `mean` and `scale`. Default false.
   */
  windowScaling?: boolean | undefined;
  /** Probability of zeroing, in training, an element of the decoder's output. Default 0. */
  dropout?: number | undefined;
}

export interface ForecastOptions extends LengthOptions {
  /**
   * float32 `[N, W + H, C]`: what is known in advance of the window's steps and the horizon's, such as the day of the
   * week. Required where the layers take covariates.
   */
  covariates?: Tensor | undefined;
}

const layer = kind.required(layerKind);

export const forecasterKinds = {
  encoder: layer,
  decoder: layer,
  horizon: kind.required(kind.whole(1)),
  quantiles: quantilesKind,
  windowScaling: kind.flag,
  dropout: kind.probability,
};

export const forecastKinds = { ...lengthKinds, covariates: kind.tensor };

/** Throws unless the decoder takes the encoder's states, and inputs of the same size. */
export function checkLayers(encoder: SequenceLayer, decoder: SequenceLayer): void {
  if (decoder.inputSize !== encoder.inputSize) {
    const fault = `has inputSize ${decoder.inputSize}; expected the encoder's, ${encoder.inputSize}`;
    throw new ArgumentError('Forecaster', 'decoder', fault);
  }
  const [from, to] = [encoder, decoder].map(
    ({ numLayers, numDirections, stateSizes }) => `${numLayers} × ${numDirections} × [${stateSizes}]`,
  );
  if (from === to) return;
  const fault = `has states of ${to} (layers × directions × sizes); it begins with the encoder's, ${from}`;
  throw new ArgumentError('Forecaster', 'decoder', fault);
}
