import type { Rank } from '@tensorflow/tfjs-core';
import type { Info, KernelDeclaration } from '../kernels/kernel-declaration.ts';

export interface ZeroPaddingInputs {
  /** float32 `[T, N, …]` */
  readonly x: Info;
  /** int32 `[N]` */
  readonly lengths: Info<Rank.R1>;
}

export interface ZeroPaddingOutputs {
  /**
   * x with zeros past each row's end, whatever values are there, even NaN. The gradient is the same kernel applied to
   * `dy`.
   */
  readonly y: Info;
}

export interface PaddingSignatures {
  ZeroPadding: { inputs: ZeroPaddingInputs; attrs: object; outputs: ZeroPaddingOutputs };
}

export const paddingKernels: {
  readonly [Name in keyof PaddingSignatures]: KernelDeclaration<PaddingSignatures[Name]>;
} = {
  ZeroPadding: { outputs: [{ name: 'y' }] },
};
