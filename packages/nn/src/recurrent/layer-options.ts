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

/** The function of an Elman network's hidden state. */
export type Nonlinearity = 'tanh' | 'relu';

/** Throws unless `dropout` is a probability; warns where there is nothing between layers to drop. */
export function checkDropout(name: string, dropout: number, numLayers: number): void {
  if (!(typeof dropout === 'number' && dropout >= 0 && dropout <= 1)) {
    throw new Error(`${name}: dropout is ${dropout}; expected a probability in [0, 1]`);
  }
  if (dropout > 0 && numLayers === 1) {
    console.warn(
      `${name}: dropout is ${dropout} with numLayers 1, where it does nothing: it drops between layers, not after the last.`,
    );
  }
}
