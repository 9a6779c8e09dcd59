import {
  div,
  mul,
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
import { checkDtype, checkShape } from '../checks/tensors.ts';
import { differentiable, forbidDerivative } from '../engine/differentiable.ts';
import type { InputsOf } from '../kernels/kernel-map.ts';
import { runKernel } from '../kernels/run-kernel.ts';
import type { CrossEntropyAttrs } from './contract.ts';

forbidDerivative('CrossEntropyBackward', 'crossEntropy');

/** The contract's inputs as tensors: see `CrossEntropyForwardInputs`. */
export type CrossEntropyInputs = InputsOf<'CrossEntropyForward', Tensor>;

const inputNames = { logits: true, target: true, weight: true };
const attrKinds = { ignoreIndex: whole(), labelSmoothing: inside('[0, 1]') };

/**
 * Cross-entropy of `log softmax(logits)` and class indices, row by row, in one kernel:
 * `loss[r] = (1−ε)·w[t]·(−log p[t]) + ε/C·Σ_c w[c]·(−log p[c])`, 0 where `t` is `ignoreIndex`.
 *
 * @throws if shapes, dtypes or options do not fit, or if the target has an invalid index, on every backend. The index
 * error comes before any computation if the target's values are on the host, otherwise when the loss is computed.
 * @returns `loss [R]`, differentiable in `logits`, and `rowWeight [R]`: `w[t]`, or 0 where ignored. PyTorch's mean is
 * `Σ loss / Σ rowWeight`.
 */
export function crossEntropyRows(
  inputs: CrossEntropyInputs,
  attrs: Partial<CrossEntropyAttrs> = {},
): { loss: Tensor1D; rowWeight: Tensor1D } {
  const checked = check('crossEntropyRows', inputs, attrs);
  const [loss, rowWeight] = differentiable({
    firstOrderOnly: 'crossEntropy',
    inputs: { logits: inputs.logits },
    forward: (save) => {
      for (const tensor of listed(inputs)) save(tensor);
      const { loss, rowWeight } = runKernel('CrossEntropyForward', inputs, checked);
      return [loss, rowWeight];
    },
    backward: ([dLoss], saved) => ({ logits: () => gradient(saved, dLoss as Tensor1D, checked) }),
  });
  return { loss: loss as Tensor1D, rowWeight: rowWeight as Tensor1D };
}

/**
 * `Σ loss / Σ rowWeight` of `crossEntropyRows`, which is PyTorch's mean; NaN if all rows are ignored. It is one
 * operation on the tape: the weights have no gradient, so none is computed for them.
 */
export function meanCrossEntropy(inputs: CrossEntropyInputs, attrs: Partial<CrossEntropyAttrs> = {}): Scalar {
  const checked = check('meanCrossEntropy', inputs, attrs);
  const [mean] = differentiable({
    firstOrderOnly: 'meanCrossEntropy',
    inputs: { logits: inputs.logits },
    forward: (save) => {
      const { loss, rowWeight } = runKernel('CrossEntropyForward', inputs, checked);
      const totalWeight = sum(rowWeight);
      for (const tensor of [totalWeight, ...listed(inputs)]) save(tensor);
      return [div(sum(loss), totalWeight)];
    },
    backward: ([dMean], [totalWeight, ...saved]) => ({
      logits: () => {
        const dLoss: Tensor1D = mul(ones([inputs.logits.shape[0]]), div(dMean!, totalWeight!));
        return gradient(saved, dLoss, checked);
      },
    }),
  });
  return mean as Scalar;
}

const listed = ({ logits, target, weight }: CrossEntropyInputs): Tensor[] => [
  logits,
  target,
  ...(weight ? [weight] : []),
];

/** The gradient of the logits, from the saved inputs in the order of `listed` */
function gradient(saved: readonly Tensor[], dLoss: Tensor1D, attrs: CrossEntropyAttrs): Tensor {
  const [logits, target, weight] = saved as [Tensor2D, Tensor1D, Tensor1D?];
  return runKernel('CrossEntropyBackward', { logits, target, weight, dLoss }, attrs).dLogits;
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
