import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { differentiable, forbidDerivative, runKernel } from '../run-kernel.ts';
import { checkDtype, checkShape } from '../shapes.ts';
import { type CrossEntropyAttrs, CrossEntropyBackward, CrossEntropyForward } from './contract.ts';

forbidDerivative(CrossEntropyBackward, 'crossEntropy');

export interface CrossEntropyInputs {
  /** `[R, C]` */
  logits: Tensor2D;
  /** int32 `[R]` of class indices, or `ignoreIndex` */
  target: Tensor1D;
  /** `[C]`; absent: every class counts 1 */
  weight?: Tensor1D | undefined;
}

/**
 * Cross-entropy of `log softmax(logits)` and class indices, row by row, in one kernel:
 * `loss[r] = (1−ε)·w[t]·(−log p[t]) + ε/C·Σ_c w[c]·(−log p[c])`, 0 where `t` is `ignoreIndex`.
 *
 * @returns `loss [R]`, differentiable in `logits`, and `rowWeight [R]`, `w[t]` or 0 where ignored: PyTorch's mean is
 *   `Σ loss / Σ rowWeight`.
 */
export function crossEntropy(
  { logits, target, weight }: CrossEntropyInputs,
  { ignoreIndex = -100, labelSmoothing = 0 }: Partial<CrossEntropyAttrs> = {},
): { loss: Tensor1D; rowWeight: Tensor1D } {
  checkShape('crossEntropy', 'logits', logits, [undefined, undefined]);
  const [rows, classes] = logits.shape;
  checkShape('crossEntropy', 'target', target, [rows]);
  checkDtype('crossEntropy', 'target', target, 'int32');
  if (weight) checkShape('crossEntropy', 'weight', weight, [classes]);
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new Error(`crossEntropy: labelSmoothing is ${labelSmoothing}; expected a number in [0, 1]`);
  }
  const attrs: CrossEntropyAttrs = { ignoreIndex, labelSmoothing };
  const others = { target, ...(weight && { weight }) };
  const [loss, rowWeight] = differentiable({
    firstOrderOnly: 'crossEntropy',
    inputs: { logits },
    forward: (save) => {
      const outputs = runKernel(CrossEntropyForward, { logits, ...others }, attrs);
      for (const tensor of [logits, target, ...(weight ? [weight] : [])]) save(tensor as Tensor);
      return outputs;
    },
    backward: ([dLoss], saved) => {
      const [savedLogits, savedTarget, savedWeight] = saved as [Tensor, Tensor, Tensor?];
      const inputs = {
        logits: savedLogits,
        target: savedTarget,
        dLoss: dLoss!,
        ...(savedWeight && { weight: savedWeight }),
      };
      return { logits: () => runKernel(CrossEntropyBackward, inputs, attrs)[0]! };
    },
  });
  return { loss: loss as Tensor1D, rowWeight: rowWeight as Tensor1D };
}
