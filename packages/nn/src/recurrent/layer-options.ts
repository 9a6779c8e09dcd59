import { kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** Options of every stacked recurrent layer, with PyTorch's defaults. */
export interface RecurrentLayerOptions {
  /** Features of each step of the input */
  inputSize: number;
  /** Features H of the hidden state */
  hiddenSize: number;
  /** The number of stacked layers. Each reads the outputs of the layer below. Default 1. */
  numLayers?: number | undefined;
  /** Whether the two biases exist. Default true. */
  bias?: boolean | undefined;
  /** Whether inputs and outputs are `[N, L, …]` instead of `[L, N, …]`. States never are. Default false. */
  batchFirst?: boolean | undefined;
  /** Probability of zeroing an element between layers, in training. Default 0. */
  dropout?: number | undefined;
  /** Whether each layer reads its input in both directions. Default false. */
  bidirectional?: boolean | undefined;
}

/** The kinds of `RecurrentLayerOptions`. */
export const layerKinds = {
  inputSize: kind.required(kind.whole(1)),
  hiddenSize: kind.required(kind.whole(1)),
  numLayers: kind.whole(1),
  bias: kind.flag,
  batchFirst: kind.flag,
  dropout: kind.probability,
  bidirectional: kind.flag,
};

/** The function of an Elman network's hidden state. */
export type Nonlinearity = 'tanh' | 'relu';

/** Throws where a layer without projection is given one. */
export function refuseProjection(name: string, options: unknown): void {
  const { projSize } = Object(options) as { readonly projSize?: unknown };
  if (projSize !== undefined)
    throw new ArgumentError(name, 'projSize', `is ${shown(projSize)}; only LSTM has a projection`);
}

/** Warns where dropout is set but there is only one layer. */
export function checkDropout(name: string, dropout: number, numLayers: number): void {
  if (dropout > 0 && numLayers === 1) {
    console.warn(
      `${name}: dropout is ${dropout} with numLayers 1, where it does nothing: it drops between layers, not after the last.`,
    );
  }
}
