import {
  reshape,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { swapBatchAndTime } from '../layout.ts';
import { PackedSequence } from '../packing/packed-sequence.ts';
import { checkInput } from './check-input.ts';

/** The tensors that a layer computes with, and their relation to the layer's input. */
export interface SequenceLayout {
  /** `[T, N, inputSize]` */
  readonly features: Tensor3D;
  /** int32 `[N]`, where rows have different lengths */
  readonly lengths: Tensor1D | undefined;
  /** `[N]`; empty for an unbatched sequence, whose states have no N either */
  readonly batch: readonly number[];
  /** Brings outputs `[T, N, F]` into the input's layout: packed, `[N, L, F]` or `[L, F]`. */
  restore(y: Tensor3D): Tensor | PackedSequence;
}

/** The options that decide a sequence's layout. */
export interface SequenceOptions {
  readonly inputSize: number;
  /** Whether batches are `[N, L, …]` instead of `[L, N, …]` */
  readonly batchFirst: boolean;
}

/**
 * Reads a sequence in any of a recurrent layer's layouts: `[L, N, inputSize]` (`[N, L, inputSize]` where `batchFirst`),
 * `[L, inputSize]`, or packed.
 *
 * @throws where the input has none of these layouts, other features, or no steps
 */
export function layOutSequence(
  operation: string,
  input: Tensor | PackedSequence,
  { inputSize, batchFirst }: SequenceOptions,
): SequenceLayout {
  if (input instanceof PackedSequence) return layOutPacked(operation, input, inputSize);
  checkInput(operation, input, [batchFirst ? ['N', 'L'] : ['L', 'N'], ['L']], inputSize);
  const lengths = undefined;
  if (input.rank === 2) {
    const features: Tensor3D = reshape(input, [input.shape[0]!, 1, inputSize]);
    const restore = (y: Tensor3D): Tensor => reshape(y, [y.shape[0], y.shape[2]]);
    return { features, lengths, batch: [], restore };
  }
  const inTime = (sequence: Tensor3D): Tensor3D => (batchFirst ? swapBatchAndTime(sequence) : sequence);
  const features = inTime(input as Tensor3D);
  return { features, lengths, batch: [features.shape[1]], restore: inTime };
}

function layOutPacked(operation: string, input: PackedSequence, inputSize: number): SequenceLayout {
  const { padded, lengths } = input;
  checkInput(operation, padded, [['L', 'N']], inputSize);
  const [steps, rows] = padded.shape as [number, number];
  return {
    features: padded as Tensor3D,
    lengths: lengths.every((length) => length === steps) ? undefined : tensor1d([...lengths], 'int32'),
    batch: [rows],
    restore: (y) => input.withPadded(y),
  };
}

/** The input of one step, and its layout. */
export interface StepLayout {
  /** `[N, inputSize]` */
  readonly x: Tensor2D;
  /** `[N]`; empty for one row without N */
  readonly batch: readonly number[];
  /** Brings `[N, F]` into the input's layout: `[F]` for an input without N. */
  restore<T extends Tensor>(rows: Tensor): T;
}

/**
 * Reads the input of one step, `[N, inputSize]` or `[inputSize]`.
 *
 * @throws where the input has neither shape
 */
export function layOutStep(operation: string, argument: string, x: Tensor, inputSize: number): StepLayout {
  checkInput(operation, x, [['N'], []], inputSize, argument);
  const batch = x.shape.slice(0, -1);
  return {
    x: reshape(x, [batch[0] ?? 1, inputSize]),
    batch,
    restore: <T extends Tensor>(rows: Tensor) => reshape(rows, [...batch, rows.shape.at(-1)!]) as T,
  };
}
