import {
  concat,
  gather,
  type Rank,
  reshape,
  type Tensor,
  tensor1d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';

/**
 * Sequences of different lengths, as recurrent layers take them: `torch.nn.utils.rnn.PackedSequence`. Made by
 * `packPaddedSequence` or `packSequence`, and by recurrent layers from one.
 *
 * It holds the sequences padded, since that is what the kernels read; PyTorch's view of it, the steps of all rows without
 * padding and longest row first, is computed where it is asked for.
 *
 * @typeParam R the rank of the padded sequences: `Rank.R3` for features, `Rank.R2` for tokens
 */
export class PackedSequence<R extends Rank = Rank> {
  /** The sequences, `[T, N, …]`, T the greatest length; 0 past each row's end. */
  readonly padded: Tensor<R>;
  /** Each row's length, in the order of the rows. */
  readonly lengths: readonly number[];
  /** Rows by falling length, where the rows were not sorted when packed (`enforceSorted: false`). */
  readonly sortedIndices: readonly number[] | undefined;
  /** The place of each row in `sortedIndices`. */
  readonly unsortedIndices: readonly number[] | undefined;

  /** For `packPaddedSequence` and the layers; everyone else packs. */
  constructor(padded: Tensor<R>, lengths: readonly number[], sortedIndices?: readonly number[]) {
    this.padded = padded;
    this.lengths = lengths;
    this.sortedIndices = sortedIndices;
    this.unsortedIndices = sortedIndices && invert(sortedIndices);
  }

  /** How many rows have a step 0, a step 1, …: falling numbers, `T` of them. */
  get batchSizes(): number[] {
    const steps = this.padded.shape[0]!;
    return Array.from({ length: steps }, (_, t) => this.lengths.filter((length) => length > t).length);
  }

  /**
   * All steps that are no padding, `[Σ lengths, …]`: step 0 of every row, longest row first, then step 1, …: PyTorch's `data`
   * attribute. A method, as it makes a new tensor with each call.
   */
  data(): Tensor {
    return tidy(() => {
      const [steps, rows, ...rest] = this.padded.shape as [number, number, ...number[]];
      return gather(reshape(this.padded, [steps * rows, ...rest]), tensor1d(this.#places(), 'int32'));
    });
  }

  /** The same rows with other contents, `[Σ lengths, …]` in the order of `data`: `packed.withData(layer.forward(packed.data()))`. */
  withData(data: Tensor): PackedSequence {
    const places = this.#places();
    if (data.shape[0] !== places.length) {
      throw new ArgumentError(
        'PackedSequence.withData',
        'data',
        `has shape ${shapeText(data.shape)}; expected ${places.length} steps in its first axis`,
      );
    }
    return tidyResult(() => {
      const [steps, rows] = this.padded.shape as [number, number];
      const rest = data.shape.slice(1);
      // Padding takes the row of zeros that follows the data.
      const sources = new Int32Array(steps * rows).fill(places.length);
      places.forEach((place, i) => {
        sources[place] = i;
      });
      const withZero = concat([data, zeros([1, ...rest], data.dtype)]);
      return this.withPadded(reshape(gather(withZero, tensor1d(sources, 'int32')), [steps, rows, ...rest]));
    });
  }

  /** The same rows with other contents, `[T, N, …]`, 0 past each row's end: what a layer makes of them. */
  withPadded<P extends Rank>(padded: Tensor<P>): PackedSequence<P> {
    return new PackedSequence(padded, this.lengths, this.sortedIndices);
  }

  dispose(): void {
    this.padded.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Where in `[T·N]` the elements of `data` stand. */
  #places(): number[] {
    const [steps, rows] = this.padded.shape as [number, number];
    const order = this.sortedIndices ?? this.lengths.map((_, row) => row);
    const places: number[] = [];
    for (let t = 0; t < steps; t++) {
      for (const row of order) if (this.lengths[row]! > t) places.push(t * rows + row);
    }
    return places;
  }
}

function invert(permutation: readonly number[]): number[] {
  const inverse = new Array<number>(permutation.length);
  permutation.forEach((from, to) => {
    inverse[from] = to;
  });
  return inverse;
}
