import {
  add,
  cast,
  cumsum,
  div,
  gather,
  maximum,
  minimum,
  range,
  reshape,
  scalar,
  squeeze,
  Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import {
  checkDtype,
  checkEach,
  checkIndices,
  checkOptions,
  checkValue,
  kind,
  shapeText,
  valuesAtHand,
} from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { ctcLossRows } from '@unroll/backend/operations';
import { Module } from '../module.ts';
import { type ReductionOptions, reduce, reductionKinds } from './reduction.ts';

/**
 * Lengths of a batch's rows. An unbatched sequence has a single number or a scalar tensor.
 */
export type Lengths = number | readonly number[] | Tensor;

export interface CTCLossOptions extends ReductionOptions {
  /** The class of the blank; default 0 */
  blank?: number | undefined;
  /**
   * Whether rows whose target has no alignment count as 0, in loss and gradient, instead of ∞ and NaN; default false
   */
  zeroInfinity?: boolean | undefined;
}

const kinds = { ...reductionKinds, blank: kind.number, zeroInfinity: kind.flag };

const operation = 'ctcLoss';

/**
 * Connectionist temporal classification, as `torch.nn.functional.ctc_loss`: `−log Σ p(alignment)`. The sum is over
 * all alignments of frames that give the target when repeats are merged and blanks removed. The mean is over rows;
 * each row's loss is first divided by the length of its target (by 1 where that is 0).
 *
 * @param logProbs `[T, N, C]`, or `[T, C]` unbatched; they must come from a log softmax, else the gradient is wrong
 * @param targets int32 `[N, S]`, padded with anything, or all rows' targets one after another, `[Σ targetLengths]`
 * @param inputLengths frames of each row, at most T
 * @param targetLengths labels of each row
 * @returns a scalar, or for `reduction: 'none'` `[N]` (a scalar where unbatched)
 * @throws where shapes, dtypes, lengths or `blank` do not fit
 */
export function ctcLoss(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: Lengths,
  targetLengths: Lengths,
  options: CTCLossOptions = {},
): Tensor {
  const { blank = 0, reduction = 'mean', zeroInfinity = false } = checkOptions(operation, options, kinds);
  checkEach(operation, { logProbs, targets }, kind.required(kind.tensor));
  if (logProbs.rank !== 2 && logProbs.rank !== 3) {
    throw new ArgumentError(
      operation,
      'logProbs',
      `has shape ${shapeText(logProbs.shape)}; expected [T, N, C], or [T, C] unbatched`,
    );
  }
  const batched = logProbs.rank === 3;
  const [steps] = logProbs.shape as [number];
  const classes = logProbs.shape.at(-1)!;
  const rows = batched ? logProbs.shape[1]! : 1;
  checkValue(operation, 'blank', blank, kind.classBelow(classes));
  checkTargets(targets, batched, rows);
  checkLengths('inputLengths', inputLengths, rows, steps, 'T');
  if (targets.rank === 2) checkLengths('targetLengths', targetLengths, rows, targets.shape[1]!, 'S');
  else checkLengths('targetLengths', targetLengths, rows, targets.size, 'the size of targets');
  // Concatenated labels all count. Rows have padding, which ctcLossRows leaves out of its check.
  if (targets.rank === 1) {
    checkIndices(operation, 'targets', targets, { size: classes, noun: 'classes' });
    checkTotal(targets, targetLengths);
  }
  return tidy(() => {
    const labels = lengthsTensor(targetLengths, rows);
    const loss = ctcLossRows(
      {
        logProbs: reshape(logProbs, [steps, rows, classes]) as Tensor3D,
        targets: targets.rank === 2 ? (targets as Tensor2D) : padTargets(targets, targetLengths, rows),
        inputLengths: lengthsTensor(inputLengths, rows),
        targetLengths: labels,
      },
      { blank, zeroInfinity },
    );
    const elements =
      reduction === 'mean' ? div(loss, cast(maximum(labels, scalar(1, 'int32')), 'float32')) : loss;
    return reduce(batched ? elements : squeeze(elements), reduction);
  });
}

/**
 * Splits concatenated targets into rows `[N, S]`. S is the length of the longest target. Lengths in a tensor are not
 * read here; S is then the number of all labels, which takes more time.
 */
function padTargets(targets: Tensor, targetLengths: Lengths, rows: number): Tensor2D {
  const known = knownLengths(targetLengths);
  const width = known ? Math.max(0, ...known) : targets.size;
  if (width === 0) return tensor([], [rows, 0], 'int32') as Tensor2D;
  const starts = reshape(cumsum(lengthsTensor(targetLengths, rows), 0, true), [rows, 1]);
  const places = add(starts, reshape(range(0, width, 1, 'int32'), [1, width])); // [N, S]
  return gather(targets, minimum(places, scalar(targets.size - 1, 'int32'))) as Tensor2D;
}

/** Throws where the lengths do not add up to the number of labels, if their values are at hand. */
function checkTotal(targets: Tensor, lengths: Lengths): void {
  const known = lengths instanceof Tensor ? valuesAtHand(lengths) : knownLengths(lengths);
  if (!known) return;
  const total = Array.from(known).reduce((sum, length) => sum + length, 0);
  if (total === targets.size) return;
  throw new ArgumentError(
    operation,
    'targets',
    `has ${targets.size} labels one after another; targetLengths add up to ${total}`,
  );
}

function knownLengths(lengths: Lengths): readonly number[] | undefined {
  if (lengths instanceof Tensor) return undefined;
  return typeof lengths === 'number' ? [lengths] : lengths;
}

function lengthsTensor(lengths: Lengths, rows: number): Tensor1D {
  const known = knownLengths(lengths);
  return known ? (tensor([...known], [rows], 'int32') as Tensor1D) : reshape(lengths as Tensor, [rows]);
}

function checkTargets(targets: Tensor, batched: boolean, rows: number): void {
  const fits = targets.rank === 1 || (batched && targets.rank === 2 && targets.shape[0] === rows);
  if (!fits) {
    const padded = batched ? `${shapeText([rows, 'S'])}, or ` : '';
    throw new ArgumentError(
      operation,
      'targets',
      `has shape ${shapeText(targets.shape)}; expected ${padded}[S], one after another`,
    );
  }
  checkDtype(operation, 'targets', targets, 'int32');
}

function checkLengths(name: string, lengths: Lengths, rows: number, largest: number, word: string): void {
  const known = knownLengths(lengths);
  if (!known) {
    const { shape, size } = lengths as Tensor;
    if (size !== rows || shape.length > 1) {
      throw new ArgumentError(
        operation,
        name,
        `has shape ${shapeText(shape)}; expected ${shapeText([rows])}`,
      );
    }
    checkDtype(operation, name, lengths as Tensor, 'int32');
    checkIndices(operation, name, lengths as Tensor, { size: largest + 1, noun: 'lengths' });
    return;
  }
  if (known.length !== rows) {
    throw new ArgumentError(
      operation,
      name,
      `has ${known.length} lengths; expected ${rows}, one for each row of the batch`,
    );
  }
  const range = kind.required(kind.wholeWithin(0, largest));
  const length = { ...range, expected: `${range.expected}, ${word}` };
  known.forEach((value, row) => void checkValue(operation, `${name}[${row}]`, value, length));
}

/** `ctcLoss` as a module that keeps its options, as `torch.nn.CTCLoss`. */
export class CTCLoss extends Module {
  readonly #options: CTCLossOptions;

  constructor(options: CTCLossOptions = {}) {
    super();
    this.#options = checkOptions('CTCLoss', options, kinds);
  }

  /** See `ctcLoss`. */
  forward(logProbs: Tensor, targets: Tensor, inputLengths: Lengths, targetLengths: Lengths): Tensor {
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, this.#options);
  }
}
