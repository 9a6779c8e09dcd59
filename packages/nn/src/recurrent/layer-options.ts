import { kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** What every stacked recurrent layer takes, with PyTorch's defaults. */
export interface RecurrentLayerOptions {
  /** Features of each step of the input */
  inputSize: number;
  /** Features H of the hidden state */
  hiddenSize: number;
  /** Layers stacked, each reading the outputs of the one below. Default 1. */
  numLayers?: number | undefined;
  /** Whether the two biases exist. Default true. */
  bias?: boolean | undefined;
  /** Whether inputs and outputs are `[N, L, …]` rather than `[L, N, …]`; states never are. Default false. */
  batchFirst?: boolean | undefined;
  /** Probability of zeroing an element between layers, in training. Default 0. */
  dropout?: number | undefined;
  /** Whether each layer reads its input in both directions. Default false. */
  bidirectional?: boolean | undefined;
}

/** What `RecurrentLayerOptions` have to be. */
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

/** Throws where a layer that has no projection is to have one. */
export function refuseProjection(name: string, options: unknown): void {
  const { projSize } = Object(options) as { readonly projSize?: unknown };
  if (projSize !== undefined)
    throw new ArgumentError(name, 'projSize', `is ${shown(projSize)}; only LSTM has a projection`);
}

/** Warns where there is nothing between layers to drop. */
export function checkDropout(name: string, dropout: number, numLayers: number): void {
  if (dropout > 0 && numLayers === 1) {
    console.warn(
      `${name}: dropout is ${dropout} with numLayers 1, where it does nothing: it drops between layers, not after the last.`,
    );
  }
}
