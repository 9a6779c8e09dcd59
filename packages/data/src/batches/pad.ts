import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { checkOptions, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Collate } from './collate.ts';
import { type NumberDtype, numbersFor, putNumber } from './put-number.ts';

/** One number per step, or one row of features per step. */
export type Sequence = ArrayLike<number> | readonly ArrayLike<number>[];

export interface PaddedOptions {
  /** Whether the batch is `[N, L, …]`. Default false: `[L, N, …]`, as recurrent layers expect. */
  batchFirst?: boolean | undefined;
  /** The value of padding. Default 0. */
  paddingValue?: number | undefined;
  /** The side of the padding. Default `'right'`: after the sequence. */
  side?: 'left' | 'right' | undefined;
  /** Number of steps of every batch. Default: the length of the longest sequence. */
  length?: number | undefined;
  /** The greatest number of steps of a batch. Default: no limit. */
  maxLength?: number | undefined;
  /** The end at which longer sequences are cut. Default: a longer sequence is an error. */
  truncate?: 'start' | 'end' | undefined;
  /** The number of steps is padded to a multiple of this, so that fewer shapes occur. Default 1. */
  multipleOf?: number | undefined;
  /**
   * Default: `'int32'` for numbers in arrays and integer arrays, `'float32'` for other typed arrays and for rows of
   * features
   */
  dtype?: NumberDtype | undefined;
}

const kinds = {
  batchFirst: kind.flag,
  paddingValue: kind.number,
  side: kind.choice('left', 'right'),
  length: kind.whole(1),
  maxLength: kind.whole(1),
  truncate: kind.choice('start', 'end'),
  multipleOf: kind.whole(1),
  dtype: kind.choice('int32', 'float32'),
};

/** The padded sequences of a batch; `tf.dispose` frees them. */
export type Padded = {
  /** `[L, N]` or `[L, N, F]`; with `batchFirst` `[N, L]` or `[N, L, F]` */
  readonly values: Tensor;
  /** The N lengths of the sequences, without padding. Pass them to `packPaddedSequence` with `enforceSorted: false` */
  readonly lengths: number[];
};

/**
 * Collates sequences of different lengths: `torch.nn.utils.rnn.pad_sequence` with the lengths.
 *
 * @throws when a sequence is longer than `length` or `maxLength` and `truncate` is not given, rows have different
 *   numbers of features, or a value does not fit the dtype
 *
 * @example
 * const { values, lengths } = padded()([[5, 3, 8], [4]]); // [3, 2], [3, 1]
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.utils.rnn.pad_sequence.html
 */
export function padded(options: PaddedOptions = {}): Collate<Sequence, Padded> {
  const given = checkOptions('padded', options, kinds);
  const { length, maxLength, truncate, multipleOf = 1 } = given;
  const limit = Math.min(length ?? Number.POSITIVE_INFINITY, maxLength ?? Number.POSITIVE_INFINITY);
  if (length !== undefined && maxLength !== undefined && maxLength < length) {
    throw new ArgumentError(
      'padded',
      'maxLength',
      `is ${maxLength}; expected at least length, which is ${length}`,
    );
  }
  for (const [name, steps] of Object.entries({ length, maxLength })) {
    if (steps === undefined || steps % multipleOf === 0) continue;
    throw new ArgumentError(
      'padded',
      name,
      `is ${steps}; expected a multiple of multipleOf, which is ${multipleOf}`,
    );
  }
  return (sequences) => {
    const lengths = sequences.map((sequence, row) => lengthOf(sequence, row, limit, truncate));
    const longest = length ?? lengths.reduce((most, each) => Math.max(most, each), 0);
    const steps = Math.ceil(longest / multipleOf) * multipleOf;
    const features = featuresOf(sequences);
    const { dtype = defaultDtype(sequences, features) } = given;
    const values = place(sequences, lengths, steps, { ...given, features, dtype });
    return { values, lengths };
  };
}

function lengthOf(
  sequence: Sequence,
  row: number,
  limit: number,
  truncate: 'start' | 'end' | undefined,
): number {
  if (typeof sequence !== 'object' || sequence === null || !('length' in sequence)) {
    throw new ArgumentError('padded', 'elements', undefined, {
      sentence: `element ${row} is ${shown(sequence)}; expected an array of numbers, or of rows of numbers`,
    });
  }
  if (sequence.length <= limit) return sequence.length;
  if (truncate) return limit;
  throw new ArgumentError('padded', 'elements', undefined, {
    sentence: `element ${row} has ${sequence.length} steps; expected at most ${limit}, or the option truncate`,
  });
}

const isRow = (step: number | ArrayLike<number> | undefined): step is ArrayLike<number> =>
  typeof step === 'object' && step !== null;

/** Number of features of a step; undefined when steps are numbers. */
function featuresOf(sequences: readonly Sequence[]): number | undefined {
  const first = sequences.find(({ length }) => length > 0)?.[0];
  return isRow(first) ? first.length : undefined;
}

function defaultDtype(sequences: readonly Sequence[], features: number | undefined): NumberDtype {
  if (features !== undefined) return 'float32';
  return sequences.some((sequence) => sequence instanceof Float32Array || sequence instanceof Float64Array)
    ? 'float32'
    : 'int32';
}

interface Placing extends PaddedOptions {
  readonly features: number | undefined;
  readonly dtype: NumberDtype;
}

function place(
  sequences: readonly Sequence[],
  lengths: readonly number[],
  steps: number,
  { features, dtype, batchFirst = false, paddingValue = 0, side = 'right', truncate }: Placing,
): Tensor {
  const rows = sequences.length;
  const width = features ?? 1;
  const values = numbersFor(dtype, rows * steps * width);
  const put = (at: number, value: number | undefined, name: () => string) =>
    putNumber('padded', values, at, value, name);
  if (values.length > 0 && paddingValue !== 0) {
    put(0, paddingValue, () => 'paddingValue');
    values.fill(values[0]!);
  }
  for (const [row, sequence] of sequences.entries()) {
    const kept = lengths[row]!;
    const first = truncate === 'start' ? sequence.length - kept : 0;
    const before = side === 'left' ? steps - kept : 0;
    for (let place = 0; place < kept; place++) {
      const at = (batchFirst ? row * steps + before + place : (before + place) * rows + row) * width;
      const step = sequence[first + place];
      const name = () => `step ${first + place} of element ${row}`;
      if (!isRow(step) && features === undefined) {
        put(at, step, name);
        continue;
      }
      const numbers = checkedRow(step, features, name);
      for (let feature = 0; feature < width; feature++) {
        put(at + feature, numbers[feature], () => `feature ${feature} of ${name()}`);
      }
    }
  }
  const sizes = batchFirst ? [rows, steps] : [steps, rows];
  return tensor(values, features === undefined ? sizes : [...sizes, features], dtype);
}

/** @throws when a step has another number of features than the first */
function checkedRow(
  step: number | ArrayLike<number> | undefined,
  features: number | undefined,
  name: () => string,
): ArrayLike<number> {
  if (isRow(step) && step.length === features) return step;
  const came = isRow(step) ? `has ${step.length} features` : `is ${shown(step)}`;
  const expected = features === undefined ? 'a number' : `${features} features`;
  throw new ArgumentError('padded', 'elements', undefined, {
    sentence: `${name()} ${came}; expected ${expected}, as the first step`,
  });
}
