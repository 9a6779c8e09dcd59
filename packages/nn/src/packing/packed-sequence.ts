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
 * Sequences of different lengths for recurrent layers: `torch.nn.utils.rnn.PackedSequence`. `packPaddedSequence` and
 * `packSequence` make it, and recurrent layers make one from another.
 *
 * It holds the sequences padded, because the kernels read them so. PyTorch's form, the steps of all rows without
 * padding and longest row first, is computed when it is asked for.
 *
 * @typeParam R the rank of the padded sequences: `Rank.R3` for features, `Rank.R2` for tokens
 */
export class PackedSequence<R extends Rank = Rank> {
  /** The sequences, `[T, N, …]`, T the greatest length; 0 past each row's end. */
  readonly padded: Tensor<R>;
  /** Each row's length, in the order of the rows. */
  readonly lengths: readonly number[];
  /** Rows by falling length, where `enforceSorted: false` allowed unsorted rows. */
  readonly sortedIndices: readonly number[] | undefined;
  /** The place of each row in `sortedIndices`. */
  readonly unsortedIndices: readonly number[] | undefined;

  /** For `packPaddedSequence` and the layers only. Other code calls the packing functions. */
  constructor(padded: Tensor<R>, lengths: readonly number[], sortedIndices?: readonly number[]) {
    this.padded = padded;
    this.lengths = lengths;
    this.sortedIndices = sortedIndices;
    this.unsortedIndices = sortedIndices && invert(sortedIndices);
  }

  /** The number of rows that have a step 0, a step 1, …: `T` falling numbers. */
  get batchSizes(): number[] {
    const steps = this.padded.shape[0]!;
    return Array.from({ length: steps }, (_, t) => this.lengths.filter((length) => length > t).length);
  }

  /**
   * All steps without padding, `[Σ lengths, …]`: step 0 of every row, longest row first, then step 1, …. This is
   * PyTorch's `data` attribute. It is a method because each call makes a new tensor.
   */
  data(): Tensor {
    return tidy(() => {
      const [steps, rows, ...rest] = this.padded.shape as [number, number, ...number[]];
      return gather(reshape(this.padded, [steps * rows, ...rest]), tensor1d(this.#places(), 'int32'));
    });
  }

  /**
   * The same rows with new contents, `[Σ lengths, …]` in the order of `data`:
   * `packed.withData(layer.forward(packed.data()))`.
   */
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
      // Padding is gathered from the row of zeros that follows the data.
      const sources = new Int32Array(steps * rows).fill(places.length);
      places.forEach((place, i) => {
        sources[place] = i;
      });
      const withZero = concat([data, zeros([1, ...rest], data.dtype)]);
      return this.withPadded(reshape(gather(withZero, tensor1d(sources, 'int32')), [steps, rows, ...rest]));
    });
  }

  /** The same rows with new contents, `[T, N, …]`, 0 past each row's end: a layer's output. */
  withPadded<P extends Rank>(padded: Tensor<P>): PackedSequence<P> {
    return new PackedSequence(padded, this.lengths, this.sortedIndices);
  }

  dispose(): void {
    this.padded.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The places of the elements of `data` in `[T·N]`. */
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
