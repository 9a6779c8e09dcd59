import type { Rank } from '@tensorflow/tfjs-core';
import type { Info, KernelDeclaration } from '../kernels/kernel-declaration.ts';

/** Connectionist temporal classification (Graves et al. 2006), for each row of the batch. */
export interface CtcLossInputs {
  /** `[T, N, C]`, log-probabilities, as log softmax returns them */
  readonly logProbs: Info<Rank.R3>;
  /** int32 `[N, S]`; entries past a row's target length are not read. */
  readonly targets: Info<Rank.R2>;
  /** int32 `[N]`, each in 0…T */
  readonly inputLengths: Info<Rank.R1>;
  /** int32 `[N]`, each in 0…S */
  readonly targetLengths: Info<Rank.R1>;
}

export interface CtcLossAttrs {
  /** The class that means "no label"; PyTorch's default is 0. */
  readonly blank: number;
}

export interface CtcLossOutputs {
  /** `[N]`, the negative log-likelihood, ∞ where no alignment exists */
  readonly loss: Info<Rank.R1>;
  /**
   * `[T, N, C]`, the gradient with respect to `logProbs` as PyTorch defines it: `exp(logProbs) − posterior`, which is
   * right for inputs that come from log softmax. It is 0 past a row's input length. Up to that length it is NaN if the
   * loss is ∞.
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
