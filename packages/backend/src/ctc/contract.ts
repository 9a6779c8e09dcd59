import type { NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';

export const CtcLoss = 'CtcLoss';

/** Connectionist temporal classification (Graves et al. 2006), a row of the batch at a time. */
export type CtcLossInputs = NamedTensorInfoMap & {
  /** `[T, N, C]`, logarithms of probabilities */
  logProbs: TensorInfo;
  /** int32 `[N, S]`, padded with anything */
  targets: TensorInfo;
  /** int32 `[N]`, each in 0…T */
  inputLengths: TensorInfo;
  /** int32 `[N]`, each in 0…S */
  targetLengths: TensorInfo;
};

/**
 * Outputs: `loss [N]`, the negative log-likelihood, ∞ where no alignment exists; and `grad [T, N, C]`, its gradient with
 * respect to `logProbs` as PyTorch defines it (`exp(logProbs) − posterior`: right for inputs that come from log softmax),
 * 0 past a row's input length, and before it NaN where the loss is ∞.
 */
export interface CtcLossAttrs {
  blank: number;
}
