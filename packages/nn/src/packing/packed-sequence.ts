import { gather, reshape, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core';

/**
 * Sequences of different lengths, as recurrent layers take them: `torch.nn.utils.rnn.PackedSequence`. Made by
 * `packPaddedSequence` or `packSequence`, and by recurrent layers from one.
 *
 * It holds the sequences padded, since that is what the kernels read; PyTorch's view of it, the steps of all rows without
 * padding and longest row first, is computed where it is asked for.
 */
export class PackedSequence {
  /** The sequences, `[T, N, …]`, T the greatest length; 0 past each row's end. */
  readonly padded: Tensor;
  /** int32 `[N]` on the backend, in the order of the rows. */
  readonly lengthsTensor: Tensor1D;
  /** Each row's length, in the order of the rows. */
  readonly lengths: readonly number[];
  /** Rows by falling length, where the rows were not sorted when packed (`enforceSorted: false`). */
  readonly sortedIndices: readonly number[] | undefined;
  /** The place of each row in `sortedIndices`. */
  readonly unsortedIndices: readonly number[] | undefined;

  /** For `packPaddedSequence` and the layers; everyone else packs. */
  constructor(
    padded: Tensor,
    lengths: readonly number[],
    lengthsTensor: Tensor1D,
    sortedIndices?: readonly number[],
  ) {
    this.padded = padded;
    this.lengths = lengths;
    this.lengthsTensor = lengthsTensor;
    this.sortedIndices = sortedIndices;
    this.unsortedIndices = sortedIndices && invert(sortedIndices);
  }

  /** How many rows have a step 0, a step 1, …: falling numbers, `T` of them. */
  get batchSizes(): number[] {
    const steps = Math.max(...this.lengths);
    return Array.from({ length: steps }, (_, t) => this.lengths.filter((length) => length > t).length);
  }

  /** All steps that are no padding, `[Σ lengths, …]`: step 0 of every row, longest row first, then step 1, …. A new tensor. */
  get data(): Tensor {
    return tidy(() => {
      const [steps, rows, ...rest] = this.padded.shape as [number, number, ...number[]];
      const order = this.sortedIndices ?? this.lengths.map((_, row) => row);
      const places: number[] = [];
      for (let t = 0; t < steps; t++) {
        for (const row of order) if (this.lengths[row]! > t) places.push(t * rows + row);
      }
      return gather(reshape(this.padded, [steps * rows, ...rest]), tensor1d(places, 'int32'));
    });
  }

  /** The same rows with other contents, `[T, N, …]`: what a layer makes of them. */
  withPadded(padded: Tensor): PackedSequence {
    return new PackedSequence(padded, this.lengths, this.lengthsTensor.clone(), this.sortedIndices);
  }

  dispose(): void {
    this.padded.dispose();
    this.lengthsTensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

function invert(permutation: readonly number[]): number[] {
  const inverse = new Array<number>(permutation.length);
  permutation.forEach((from, to) => {
    inverse[from] = to;
  });
  return inverse;
}
