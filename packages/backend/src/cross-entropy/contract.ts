import type { Rank } from '@tensorflow/tfjs-core';
import type { Info, KernelDeclaration } from '../kernels/kernel-declaration.ts';

/**
 * Cross-entropy of `log softmax(logits)` against class indices, row by row; PyTorch's
 * `CrossEntropyLoss(reduction='none')`.
 */
export interface CrossEntropyForwardInputs {
  /** `[R, C]` */
  readonly logits: Info<Rank.R2>;
  /** int32 `[R]` of class indices in 0…C−1, or `ignoreIndex` */
  readonly target: Info<Rank.R1>;
  /** `[C]`, a factor per class; absent: every class has weight 1 */
  readonly weight?: Info<Rank.R1> | undefined;
}

export interface CrossEntropyAttrs {
  /** Rows with this target have loss 0, weight 0 and gradient 0. PyTorch's default is -100. */
  readonly ignoreIndex: number;
  /** ε in `(1−ε)·w[t]·nll + ε/C·Σ_c w[c]·(−log p[c])`, in 0…1 */
  readonly labelSmoothing: number;
}

export interface CrossEntropyForwardOutputs {
  /** `[R]` */
  readonly loss: Info<Rank.R1>;
  /** `[R]`, `weight[target]` (1 without weights), 0 where ignored. The mean is `Σ loss / Σ rowWeight`. */
  readonly rowWeight: Info<Rank.R1>;
}

export interface CrossEntropyBackwardInputs extends CrossEntropyForwardInputs {
  /** `[R]` */
  readonly dLoss: Info<Rank.R1>;
}

export interface CrossEntropyBackwardOutputs {
  /** `[R, C]` */
  readonly dLogits: Info<Rank.R2>;
}

export interface CrossEntropySignatures {
  CrossEntropyForward: {
    inputs: CrossEntropyForwardInputs;
    attrs: CrossEntropyAttrs;
    outputs: CrossEntropyForwardOutputs;
  };
  CrossEntropyBackward: {
    inputs: CrossEntropyBackwardInputs;
    attrs: CrossEntropyAttrs;
    outputs: CrossEntropyBackwardOutputs;
  };
}

export const crossEntropyKernels: {
  readonly [Name in keyof CrossEntropySignatures]: KernelDeclaration<CrossEntropySignatures[Name]>;
} = {
  CrossEntropyForward: { outputs: [{ name: 'loss' }, { name: 'rowWeight' }] },
  CrossEntropyBackward: { outputs: [{ name: 'dLogits' }] },
};
