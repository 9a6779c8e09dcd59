/** What every stacked recurrent layer takes, with PyTorch's defaults. */
export interface RecurrentLayerOptions {
  /** Features of each step of the input */
  inputSize: number;
  /** Features H of the hidden state */
  hiddenSize: number;
  /** Layers stacked, each reading the outputs of the one below. Default 1. */
  numLayers?: number;
  /** Whether the two biases exist. Default true. */
  bias?: boolean;
  /** Whether inputs and outputs are `[N, L, …]` rather than `[L, N, …]`; states never are. Default false. */
  batchFirst?: boolean;
  /** Probability of zeroing an element between layers, in training. Default 0. */
  dropout?: number;
  /** Whether each layer reads its input in both directions. Default false. */
  bidirectional?: boolean;
}

/** The options with defaults filled in and checked. */
export type CheckedOptions = Required<RecurrentLayerOptions>;

export function checkLayerOptions(name: string, options: RecurrentLayerOptions): CheckedOptions {
  const checked: CheckedOptions = {
    numLayers: 1,
    bias: true,
    batchFirst: false,
    dropout: 0,
    bidirectional: false,
    ...options,
  };
  for (const key of ['inputSize', 'hiddenSize', 'numLayers'] as const) checkSize(name, key, checked[key]);
  const { dropout, numLayers } = checked;
  if (!(typeof dropout === 'number' && dropout >= 0 && dropout <= 1)) {
    throw new Error(`${name}: dropout is ${dropout}; expected a probability in [0, 1]`);
  }
  if (dropout > 0 && numLayers === 1) {
    console.warn(
      `${name}: dropout is ${dropout} with numLayers 1, where it does nothing: it drops between layers, not after the last.`,
    );
  }
  return checked;
}

export function checkSize(name: string, argument: string, size: number): void {
  if (!(Number.isInteger(size) && size >= 1)) {
    throw new Error(`${name}: ${argument} is ${size}; expected a whole number of at least 1`);
  }
}
