import {
  equal,
  mul,
  reshape,
  type Tensor,
  type Tensor1D,
  type TypedArray,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { checkIndices, placeOf } from '../checks/indices.ts';
import { classBelow, flag, number } from '../checks/kinds.ts';
import { checkNames, checkOptions, checkValue } from '../checks/options.ts';
import { checkDtype, checkShape } from '../checks/tensors.ts';
import { valuesAtHand } from '../checks/values-at-hand.ts';
import { differentiable, forbidDerivative } from '../engine/differentiable.ts';
import { ArgumentError } from '../errors/argument-error.ts';
import type { InputsOf } from '../kernels/kernel-map.ts';
import { runKernel } from '../kernels/run-kernel.ts';
import type { CtcLossAttrs } from './contract.ts';

forbidDerivative('CtcLoss', 'ctcLoss');

/** The contract's inputs as tensors: see `CtcLossInputs`. */
export type CtcInputs = InputsOf<'CtcLoss', Tensor>;

export interface CtcOptions extends Partial<CtcLossAttrs> {
  /** Whether rows without any alignment get loss 0 and gradient 0. Otherwise their loss is ∞ and their gradient NaN. */
  zeroInfinity?: boolean | undefined;
}

const inputNames = { logProbs: true, targets: true, inputLengths: true, targetLengths: true };
const optionKinds = { blank: number, zeroInfinity: flag };

/**
 * Connectionist temporal classification (Graves et al., "Connectionist Temporal Classification: Labelling Unsegmented
 * Sequence Data with Recurrent Neural Networks", ICML 2006): `−log Σ p(alignment)` over the alignments of `T` frames
 * that spell the targets after repeated labels are merged and blanks removed.
 *
 * The gradient is `exp(logProbs) − posterior`, as in PyTorch. It is correct only if `logProbs` comes from a log
 * softmax.
 *
 * @returns `[N]`, differentiable in `logProbs`
 */
export function ctcLossRows(inputs: CtcInputs, options: CtcOptions = {}): Tensor1D {
  checkNames('ctcLossRows', inputs, inputNames);
  const { logProbs, targets, inputLengths, targetLengths } = inputs;
  const { blank = 0, zeroInfinity = false } = checkOptions('ctcLossRows', options, optionKinds);
  checkShape('ctcLossRows', 'logProbs', logProbs, [undefined, undefined, undefined]);
  const [steps, rows, classes] = logProbs.shape;
  if (steps === 0)
    throw new ArgumentError('ctcLoss', 'logProbs', 'has 0 time steps (axis 0); expected at least 1');
  checkShape('ctcLossRows', 'targets', targets, [rows, undefined]);
  checkDtype('ctcLossRows', 'targets', targets, 'int32');
  for (const [name, lengths] of Object.entries({ inputLengths, targetLengths })) {
    checkShape('ctcLossRows', name, lengths, [rows]);
    checkDtype('ctcLossRows', name, lengths, 'int32');
  }
  checkValue('ctcLossRows', 'blank', blank, classBelow(classes));
  checkLabels(inputs);
  const finite = (loss: Tensor, value: Tensor) =>
    zeroInfinity ? where(equal(loss, Number.POSITIVE_INFINITY), zerosLike(value), value) : value;
  const [loss] = differentiable({
    firstOrderOnly: 'ctcLoss',
    inputs: { logProbs },
    forward: (save) => {
      const { loss, grad } = runKernel('CtcLoss', inputs, { blank });
      save(finite(reshape(loss, [1, rows, 1]), grad));
      return [finite(loss, loss)];
    },
    backward: ([dLoss], [gradient]) => ({
      logProbs: () => mul(gradient!, reshape(dLoss!, [1, rows, 1])),
    }),
  });
  return loss as Tensor1D;
}

/**
 * Checks the lengths, and the labels within them, if their values are on the host. Otherwise the backend checks them.
 */
function checkLabels({ logProbs, targets, inputLengths, targetLengths }: CtcInputs): void {
  const [steps, , classes] = logProbs.shape;
  const width = targets.shape[1];
  checkIndices('ctcLoss', 'inputLengths', inputLengths, { size: steps + 1, noun: 'lengths' });
  checkIndices('ctcLoss', 'targetLengths', targetLengths, { size: width + 1, noun: 'lengths' });
  const lengths = valuesAtHand(targetLengths);
  const labels = valuesAtHand(targets);
  if (lengths && labels) checkCtcTargets(labels, lengths, classes);
}

/**
 * Checks that each row's labels, up to the row's length, are valid classes. For backends whose `CtcLoss` gets the label
 * values only after the call.
 *
 * @param labels `[N, width]`
 * @param lengths `[N]`
 * @throws {ArgumentError} if a label is not a valid class
 */
export function checkCtcTargets(labels: TypedArray, lengths: TypedArray, classes: number): void {
  const width = labels.length / lengths.length;
  labels.forEach((label, i) => {
    if (i % width >= lengths[Math.floor(i / width)]! || (label >= 0 && label < classes)) return;
    throw new ArgumentError(
      'ctcLoss',
      'targets',
      `holds ${label}${placeOf(i, [lengths.length, width])}; expected classes 0 to ${classes - 1}`,
    );
  });
}
