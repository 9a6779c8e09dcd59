import type { Rank } from '@tensorflow/tfjs-core';
import type { Info, KernelDeclaration } from '../kernels/kernel-declaration.ts';

/** Connectionist temporal classification (Graves et al. 2006), a row of the batch at a time. */
export interface CtcLossInputs {
  /** `[T, N, C]`, logarithms of probabilities, as log softmax gives them */
  readonly logProbs: Info<Rank.R3>;
  /** int32 `[N, S]`; what stands past a row's target length is not read. */
  readonly targets: Info<Rank.R2>;
  /** int32 `[N]`, each in 0…T */
  readonly inputLengths: Info<Rank.R1>;
  /** int32 `[N]`, each in 0…S */
  readonly targetLengths: Info<Rank.R1>;
}

export interface CtcLossAttrs {
  /** The class that stands for no label; PyTorch's default is 0. */
  readonly blank: number;
}

export interface CtcLossOutputs {
  /** `[N]`, the negative log-likelihood, ∞ where no alignment exists */
  readonly loss: Info<Rank.R1>;
  /**
   * `[T, N, C]`, the gradient with respect to `logProbs` as PyTorch defines it (`exp(logProbs) − posterior`: right for inputs
   * that come from log softmax), 0 past a row's input length, and before it NaN where the loss is ∞
   */
  readonly grad: Info<Rank.R3>;
}

export interface CtcSignatures {
  CtcLoss: { inputs: CtcLossInputs; attrs: CtcLossAttrs; outputs: CtcLossOutputs };
}

export const ctcKernels: {
  readonly [Name in keyof CtcSignatures]: KernelDeclaration<CtcSignatures[Name]>;
} = {
  CtcLoss: { outputs: [{ name: 'loss' }, { name: 'grad' }] },
};
