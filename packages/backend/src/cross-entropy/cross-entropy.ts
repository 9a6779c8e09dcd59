import {
  div,
  mul,
  type NamedTensorMap,
  ones,
  type Scalar,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { checkIndices } from '../checks/indices.ts';
import { inside, whole } from '../checks/kinds.ts';
import { checkNames, checkOptions } from '../checks/options.ts';
import { differentiable, forbidDerivative, runKernel } from '../run-kernel.ts';
import { checkDtype, checkShape } from '../shapes.ts';
import { type CrossEntropyAttrs, CrossEntropyBackward, CrossEntropyForward } from './contract.ts';

forbidDerivative(CrossEntropyBackward, 'crossEntropy');

export interface CrossEntropyInputs {
  /** `[R, C]` */
  logits: Tensor2D;
  /** int32 `[R]` of class indices in 0…C−1, or `ignoreIndex` */
  target: Tensor1D;
  /** `[C]`; absent: every class counts 1 */
  weight?: Tensor1D | undefined;
}

const inputNames = { logits: true, target: true, weight: true };
const attrKinds = { ignoreIndex: whole(), labelSmoothing: inside('[0, 1]') };

/**
 * Cross-entropy of `log softmax(logits)` and class indices, row by row, in one kernel:
 * `loss[r] = (1−ε)·w[t]·(−log p[t]) + ε/C·Σ_c w[c]·(−log p[c])`, 0 where `t` is `ignoreIndex`.
 *
 * @throws where shapes, dtypes or options do not fit, and where the target has another index, on every backend: before
 *   anything is computed where its values are at hand, else when it is computed
 * @returns `loss [R]`, differentiable in `logits`, and `rowWeight [R]`, `w[t]` or 0 where ignored: PyTorch's mean is
 *   `Σ loss / Σ rowWeight`.
 */
export function crossEntropy(
  inputs: CrossEntropyInputs,
  attrs: Partial<CrossEntropyAttrs> = {},
): { loss: Tensor1D; rowWeight: Tensor1D } {
  const checked = check('crossEntropy', inputs, attrs);
  const tensors = present(inputs);
  const [loss, rowWeight] = differentiable({
    firstOrderOnly: 'crossEntropy',
    inputs: { logits: inputs.logits },
    forward: (save) => {
      for (const tensor of Object.values(tensors)) save(tensor);
      return runKernel(CrossEntropyForward, tensors, checked);
    },
    backward: ([dLoss], saved) => ({
      logits: () => gradient(Object.keys(tensors), saved, dLoss!, checked),
    }),
  });
  return { loss: loss as Tensor1D, rowWeight: rowWeight as Tensor1D };
}

/**
 * `Σ loss / Σ rowWeight` of `crossEntropy`, PyTorch's mean; NaN where all rows are ignored. One operation on the tape: the
 * weights have no gradient, and so none is computed for them.
 */
export function meanCrossEntropy(inputs: CrossEntropyInputs, attrs: Partial<CrossEntropyAttrs> = {}): Scalar {
  const checked = check('meanCrossEntropy', inputs, attrs);
  const tensors = present(inputs);
  const [mean] = differentiable({
    firstOrderOnly: 'meanCrossEntropy',
    inputs: { logits: inputs.logits },
    forward: (save) => {
      const [loss, rowWeight] = runKernel(CrossEntropyForward, tensors, checked);
      const totalWeight = sum(rowWeight!);
      for (const tensor of [...Object.values(tensors), totalWeight]) save(tensor);
      return [div(sum(loss!), totalWeight)];
    },
    backward: ([dMean], saved) => ({
      logits: () => {
        const dLoss = mul(ones([inputs.logits.shape[0]]), div(dMean!, saved.at(-1)!));
        return gradient(Object.keys(tensors), saved, dLoss, checked);
      },
    }),
  });
  return mean as Scalar;
}

function present({ logits, target, weight }: CrossEntropyInputs): NamedTensorMap {
  return { logits, target, ...(weight && { weight }) };
}

/** Gradient of the logits; `saved` begins with the inputs of these names. */
function gradient(
  names: readonly string[],
  saved: readonly Tensor[],
  dLoss: Tensor,
  attrs: CrossEntropyAttrs,
): Tensor {
  const inputs = Object.fromEntries(names.map((name, i) => [name, saved[i]!]));
  return runKernel(CrossEntropyBackward, { ...inputs, dLoss }, attrs)[0]!;
}

function check(
  operation: string,
  inputs: CrossEntropyInputs,
  attrs: Partial<CrossEntropyAttrs>,
): CrossEntropyAttrs {
  checkNames(operation, inputs, inputNames);
  const { logits, target, weight } = inputs;
  const { ignoreIndex = -100, labelSmoothing = 0 } = checkOptions(operation, attrs, attrKinds);
  checkShape(operation, 'logits', logits, [undefined, undefined]);
  const [rows, classes] = logits.shape;
  checkShape(operation, 'target', target, [rows]);
  checkDtype(operation, 'target', target, 'int32');
  if (weight) checkShape(operation, 'weight', weight, [classes]);
  const ignored = { name: 'ignoreIndex', value: ignoreIndex };
  checkIndices('crossEntropy', 'target', target, { size: classes, noun: 'classes', ignored });
  return { ignoreIndex, labelSmoothing };
}
