import {
  fill,
  pad,
  type Rank,
  slice,
  stack,
  Tensor,
  tensor,
  tensor1d,
  tidy,
  unstack,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { checkOptions, checkRankAtLeast, checkValue, kind, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult, zeroPadding } from '@unroll/backend/operations';
import { swapBatchAndTime } from '../layout.ts';
import { PackedSequence } from './packed-sequence.ts';

export interface PackOptions {
  /** Whether input is `[N, T, …]`. Default false: `[T, N, …]`. */
  batchFirst?: boolean | undefined;
  /** Whether rows that are not sorted by falling length are an error. Default true, as in PyTorch. */
  enforceSorted?: boolean | undefined;
}

const packKinds = { batchFirst: kind.flag, enforceSorted: kind.flag };

/**
 * Packs padded sequences, so that each row counts only up to its own length:
 * `torch.nn.utils.rnn.pack_padded_sequence`.
 *
 * @param input `[T, N, …]`, or `[N, T, …]` where `batchFirst`; elements past a row's length are ignored
 * @param lengths N whole numbers in 1…T
 */
export function packPaddedSequence<R extends Rank>(
  input: Tensor<R>,
  lengths: ArrayLike<number>,
  options: PackOptions = {},
): PackedSequence<R> {
  const given = checkOptions('packPaddedSequence', options, packKinds);
  const { batchFirst = false, enforceSorted = true } = given;
  checkRankAtLeast('packPaddedSequence', 'input', input, 2);
  return tidyResult(() => {
    const timeMajor = batchFirst ? swapBatchAndTime(input) : input;
    return pack('packPaddedSequence', timeMajor, lengths, enforceSorted);
  });
}

function pack<R extends Rank>(
  name: string,
  timeMajor: Tensor<R>,
  given: ArrayLike<number>,
  enforceSorted: boolean,
): PackedSequence<R> {
  const [steps, rows] = timeMajor.shape as [number, number];
  if (rows === 0)
    throw new ArgumentError(
      name,
      'input',
      `has no rows (shape ${shapeText(timeMajor.shape)}); expected at least one`,
    );
  const lengths = checkedLengths(name, given, rows, steps);
  const isSorted = lengths.every((length, row) => row === 0 || length <= lengths[row - 1]!);
  if (enforceSorted && !isSorted) {
    throw new ArgumentError(
      name,
      'lengths',
      `are ${shapeText(lengths)}, not sorted in falling order; sort the rows, or pass enforceSorted: false`,
    );
  }
  const longest = Math.max(...lengths);
  const cut = longest === steps ? timeMajor : slice(timeMajor, 0, longest);
  // A clone, because the result must outlive the caller's input.
  const padded = replacePadding(cut, lengths, 0).clone();
  return new PackedSequence(padded, lengths, enforceSorted ? undefined : byFallingLength(lengths));
}

export interface PadPackedOptions {
  /** Whether the result is `[N, T, …]`. Default false: `[T, N, …]`. */
  batchFirst?: boolean | undefined;
  /** The value past each row's end. Default 0. */
  paddingValue?: number | undefined;
  /** T of the result, at least the greatest length. Default: the greatest length. */
  totalLength?: number | undefined;
}

const packed = kind.required({
  expected: 'an nn.PackedSequence, as packPaddedSequence and recurrent layers give',
  fits: (value) => value instanceof PackedSequence,
});

const padPackedKinds = { batchFirst: kind.flag, paddingValue: kind.number, totalLength: kind.number };

/**
 * The padded sequences of a packed sequence, and their lengths: `torch.nn.utils.rnn.pad_packed_sequence`.
 *
 * @returns `[T, N, …]`, or `[N, T, …]` where `batchFirst`, with rows in the order in which they were packed; and the
 *   lengths
 */
export function padPackedSequence<R extends Rank>(
  sequence: PackedSequence<R>,
  options: PadPackedOptions = {},
): [Tensor<R>, number[]] {
  const given = checkOptions('padPackedSequence', options, padPackedKinds);
  checkValue('padPackedSequence', 'sequence', sequence, packed);
  const { batchFirst = false, paddingValue = 0, totalLength } = given;
  const { lengths } = sequence;
  const longest = sequence.padded.shape[0]!;
  if (totalLength !== undefined && !(Number.isInteger(totalLength) && totalLength >= longest)) {
    throw new ArgumentError(
      'padPackedSequence',
      'totalLength',
      `is ${totalLength}; expected at least the length of the longest sequence, ${longest}`,
    );
  }
  const output = tidy(() => {
    let padded: Tensor<R> = sequence.padded;
    if (paddingValue !== 0) padded = replacePadding(padded, lengths, paddingValue);
    if (totalLength !== undefined && totalLength > longest)
      padded = padEnd(padded, totalLength, paddingValue);
    return batchFirst ? swapBatchAndTime(padded) : padded.clone();
  });
  return [output, [...lengths]];
}

export interface PadOptions {
  /** Whether the result is `[N, T, …]`. Default false: `[T, N, …]`. */
  batchFirst?: boolean | undefined;
  /** Default 0 */
  paddingValue?: number | undefined;
}

const tensors = kind.required(kind.listOf(kind.tensor, 'an array of tensors'));

const padKinds = { batchFirst: kind.flag, paddingValue: kind.number };

/**
 * Stacks sequences, and pads the shorter ones at their end: `torch.nn.utils.rnn.pad_sequence`.
 *
 * @param sequences tensors `[Lᵢ, …]` that differ only in their lengths
 * @returns `[T, N, …]`, or `[N, T, …]` where `batchFirst`; T is the greatest length
 */
export function padSequence(sequences: readonly Tensor[], options: PadOptions = {}): Tensor {
  const { batchFirst = false, paddingValue = 0 } = checkOptions('padSequence', options, padKinds);
  checkAlike('padSequence', sequences);
  const longest = Math.max(...sequences.map((sequence) => sequence.shape[0]!));
  return tidy(() =>
    stack(
      sequences.map((sequence) => padEnd(sequence, longest, paddingValue)),
      batchFirst ? 0 : 1,
    ),
  );
}

function checkAlike(name: string, sequences: readonly Tensor[]): void {
  if (!Array.isArray(sequences)) checkValue(name, 'sequences', sequences, tensors);
  sequences.forEach(
    (sequence, i) => void checkValue(name, `sequences[${i}]`, sequence, kind.required(kind.tensor)),
  );
  const [first] = sequences;
  if (!first) throw new ArgumentError(name, 'sequences', `is empty; expected at least one tensor`);
  sequences.forEach((sequence, i) => {
    const alike =
      sequence.rank >= 1 &&
      sequence.rank === first.rank &&
      sequence.dtype === first.dtype &&
      sequence.shape.every((size, axis) => axis === 0 || size === first.shape[axis]);
    if (!alike) {
      throw new Error(
        `${name}: sequences[${i}] has shape ${shapeText(sequence.shape)} and dtype ${sequence.dtype}; expected those of ` +
          `sequences[0], ${shapeText(first.shape)} and ${first.dtype}, in all but the first axis`,
      );
    }
  });
}

/** Packs sequences `[Lᵢ, …]` as they are: `torch.nn.utils.rnn.pack_sequence`. */
export function packSequence(
  sequences: readonly Tensor[],
  options: Pick<PackOptions, 'enforceSorted'> = {},
): PackedSequence {
  const { enforceSorted = true } = checkOptions('packSequence', options, { enforceSorted: kind.flag });
  checkAlike('packSequence', sequences);
  const lengths = sequences.map((sequence) => sequence.shape[0]!);
  return tidyResult(() => pack('packSequence', padSequence(sequences), lengths, enforceSorted));
}

/**
 * Cuts a padded batch into sequences of their own lengths: `torch.nn.utils.rnn.unpad_sequence`.
 *
 * @param padded `[T, N, …]`, or `[N, T, …]` where `batchFirst`
 * @returns N tensors `[lengths[i], …]`
 */
export function unpadSequence(
  padded: Tensor,
  lengths: ArrayLike<number>,
  options: Pick<PadOptions, 'batchFirst'> = {},
): Tensor[] {
  const { batchFirst = false } = checkOptions('unpadSequence', options, { batchFirst: kind.flag });
  checkRankAtLeast('unpadSequence', 'padded', padded, 2);
  const [steps, rows] = batchFirst
    ? [padded.shape[1]!, padded.shape[0]!]
    : [padded.shape[0]!, padded.shape[1]!];
  const each = checkedLengths('unpadSequence', lengths, rows, steps);
  return tidy(() => unstack(padded, batchFirst ? 0 : 1).map((row, i) => slice(row, 0, each[i]!)));
}

const numbers = kind.required({
  expected: 'an array of numbers',
  fits: (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value),
});

/** @throws unless there is a length in 1…`steps` for each row */
function checkedLengths(name: string, given: unknown, rows: number, steps: number): readonly number[] {
  if (given instanceof Tensor) {
    const fault = 'is a tensor; expected an array of numbers: Array.from(await lengths.data())';
    throw new ArgumentError(name, 'lengths', fault);
  }
  checkValue(name, 'lengths', given, numbers);
  const lengths = Array.from(given as ArrayLike<number>);
  if (lengths.length !== rows) {
    throw new ArgumentError(name, 'lengths', `has ${lengths.length} numbers; the batch has ${rows} rows`);
  }
  const empty = lengths.indexOf(0);
  if (empty >= 0) {
    const fault = `is 0; expected a whole number in 1…${Math.max(steps, 1)}: leave empty sequences out`;
    throw new ArgumentError(name, `lengths[${empty}]`, fault);
  }
  const length = kind.required(kind.wholeWithin(1, steps));
  lengths.forEach((value, row) => void checkValue(name, `lengths[${row}]`, value, length));
  return lengths;
}

/** The rows by falling length, in a stable order: rows of the same length keep their order. */
function byFallingLength(lengths: readonly number[]): number[] {
  return lengths.map((_, row) => row).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
}

/** `[T, N, …]` with `value` past each row's end; the tensor itself where no row ends before T. */
function replacePadding<R extends Rank>(
  timeMajor: Tensor<R>,
  lengths: readonly number[],
  value: number,
): Tensor<R> {
  const [steps, rows, ...rest] = timeMajor.shape as [number, number, ...number[]];
  if (lengths.every((length) => length === steps)) return timeMajor;
  if (value === 0 && timeMajor.dtype === 'float32')
    return zeroPadding(timeMajor, tensor1d([...lengths], 'int32'));
  const runs = Uint8Array.from({ length: steps * rows }, (_, place) =>
    lengths[place % rows]! > Math.floor(place / rows) ? 1 : 0,
  );
  const condition = tensor(runs, [steps, rows, ...rest.map(() => 1)], 'bool');
  const padding =
    value === 0 ? zerosLike(timeMajor) : fill(timeMajor.shape, value, timeMajor.dtype as 'float32' | 'int32');
  return where(condition, timeMajor, padding);
}

/** `[length, …]` with `value` after the sequence's own elements. */
function padEnd<R extends Rank>(sequence: Tensor<R>, length: number, value: number): Tensor<R> {
  const missing = length - sequence.shape[0]!;
  if (missing === 0) return sequence;
  return pad(
    sequence,
    sequence.shape.map((_, axis) => [0, axis === 0 ? missing : 0]),
    value,
  );
}
