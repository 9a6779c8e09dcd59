import type { NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';

export const CrossEntropyForward = 'CrossEntropyForward';
export const CrossEntropyBackward = 'CrossEntropyBackward';

/** Cross-entropy of `log softmax(logits)` against class indices, row by row; PyTorch's `CrossEntropyLoss(reduction='none')`. */
export type CrossEntropyForwardInputs = NamedTensorInfoMap & {
  /** `[R, C]` */
  logits: TensorInfo;
  /** int32 `[R]`, each in 0…C-1 or `ignoreIndex` */
  target: TensorInfo;
  /** `[C]`, a factor per class; absent: 1 */
  weight?: TensorInfo;
};

export interface CrossEntropyAttrs {
  /** Rows with this target have loss 0, weight 0 and gradient 0. PyTorch's default is -100. */
  ignoreIndex: number;
  /** ε in `(1−ε)·w[t]·nll + ε/C·Σ_c w[c]·(−log p[c])`, in 0…1 */
  labelSmoothing: number;
}

/**
 * Outputs of forward, in this order: `loss [R]` and `rowWeight [R]`, which is `weight[target]` (1 without weights) and 0
 * where ignored: the mean is `Σ loss / Σ rowWeight`.
 * Backward takes forward's inputs and `dLoss [R]`, and returns the gradient of the logits, `[R, C]`.
 */
export type CrossEntropyBackwardInputs = CrossEntropyForwardInputs & {
  dLoss: TensorInfo;
};
