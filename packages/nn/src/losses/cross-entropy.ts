import { add, mul, neg, reshape, sum, type Tensor, type Tensor1D, tidy } from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind, sameShape, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { crossEntropyRows, logSoftmax, meanCrossEntropy } from '@unroll/backend/operations';
import { Module } from '../module.ts';
import {
  type ClassOptions,
  checkClassIndices,
  checkClassInput,
  checkClassWeight,
  classesOf,
  classKinds,
  classRows,
  flat,
  positionsOf,
} from './class-rows.ts';
import { type Reduction, type ReductionOptions, reduce } from './reduction.ts';

export interface CrossEntropyOptions extends ClassOptions, ReductionOptions {
  /** A class index whose positions are ignored; default −100. Class indices only. */
  ignoreIndex?: number | undefined;
  /** ε in [0, 1]: the part of each target that is spread evenly over all classes; default 0 */
  labelSmoothing?: number | undefined;
}

const kinds = { ...classKinds, ignoreIndex: kind.whole(), labelSmoothing: kind.inside('[0, 1]') };

const operation = 'crossEntropy';

/**
 * Cross-entropy of `p = softmax(input)` over the class axis, as `torch.nn.functional.cross_entropy`. At each
 * position, with class `t` or class probabilities `q`:
 *
 * `loss = (1−ε)·w[t]·(−log p[t]) + ε/C·Σ_c w[c]·(−log p[c])`, or `Σ_c ((1−ε)·q[c] + ε/C)·w[c]·(−log p[c])`
 *
 * The mean divides by `Σ w[t]` over positions that are not ignored (NaN where all are). If the target is
 * probabilities, the mean divides by the number of positions.
 *
 * @param input scores, not probabilities: `[N, C]`, `[N, C, d1, …]` or `[C]`
 * @param target int32 class indices of the input's shape without C, each in 0…C−1 or `ignoreIndex`; or float32 class probabilities of the input's shape
 * @returns a scalar, or for `reduction: 'none'` the input's shape without C
 * @throws where shapes or dtypes do not fit one another, where an option is out of its range, and where the target has
 *   another index
 */
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const given = checkOptions(operation, options, kinds);
  const { weight, ignoreIndex = -100, reduction = 'mean', labelSmoothing = 0 } = given;
  checkClassInput(operation, input);
  checkClassWeight(operation, weight, classesOf(input.shape));
  checkValue(operation, 'target', target, kind.required(kind.tensor));
  if (sameShape(target.shape, input.shape)) {
    checkProbabilities(target, ignoreIndex);
    return tidy(() => probabilityLoss(input, target, weight, labelSmoothing, reduction));
  }
  const orProbabilities = ` or class probabilities of shape ${shapeText(input.shape)}`;
  checkClassIndices(operation, input, target, orProbabilities);
  return tidy(() => {
    const rows = { logits: classRows(input), target: flat(target), weight: weight as Tensor1D | undefined };
    const attrs = { ignoreIndex, labelSmoothing };
    if (reduction === 'mean') return meanCrossEntropy(rows, attrs);
    const { loss } = crossEntropyRows(rows, attrs);
    return reduce(reshape(loss, positionsOf(input.shape)), reduction);
  });
}

function probabilityLoss(
  input: Tensor,
  target: Tensor,
  weight: Tensor | undefined,
  labelSmoothing: number,
  reduction: Reduction,
): Tensor {
  const rows = classRows(input);
  const q = classRows(target);
  const classes = classesOf(input.shape);
  const smoothed = labelSmoothing > 0 ? add(mul(q, 1 - labelSmoothing), labelSmoothing / classes) : q;
  const terms = mul(smoothed, neg(logSoftmax(rows)));
  const loss = sum(weight ? mul(terms, weight) : terms, 1);
  return reduce(reshape(loss, positionsOf(input.shape)), reduction);
}

function checkProbabilities(target: Tensor, ignoreIndex: number): void {
  if (target.dtype !== 'float32') {
    throw new ArgumentError(
      operation,
      'target',
      `has dtype ${target.dtype} and the input's shape ${shapeText(target.shape)}; ` +
        'expected float32 class probabilities, or class indices without the class axis',
    );
  }
  if (ignoreIndex >= 0) {
    throw new ArgumentError(
      operation,
      'ignoreIndex',
      `is ${ignoreIndex}; a target of class probabilities has no indices to ignore`,
    );
  }
}

/** `crossEntropy` as a module that keeps its options, as `torch.nn.CrossEntropyLoss`. */
export class CrossEntropyLoss extends Module {
  readonly #options: CrossEntropyOptions;

  constructor(options: CrossEntropyOptions = {}) {
    super();
    this.#options = checkOptions('CrossEntropyLoss', options, kinds);
  }

  /** See `crossEntropy`. */
  forward(input: Tensor, target: Tensor): Tensor {
    return crossEntropy(input, target, this.#options);
  }
}
