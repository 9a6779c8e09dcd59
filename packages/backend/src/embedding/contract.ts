import type { Rank } from '@tensorflow/tfjs-core';
import type { Info, KernelDeclaration } from '../kernels/kernel-declaration.ts';

/** TensorFlow.js's own kernel, which few of its backends have: it sums the rows of each segment. */
export interface UnsortedSegmentSumInputs {
  /** `[K, …]` */
  readonly x: Info;
  /** int32 `[K]`; a row whose segment is negative is left out. */
  readonly segmentIds: Info<Rank.R1>;
}

export interface UnsortedSegmentSumAttrs {
  /** S */
  readonly numSegments: number;
}

export interface UnsortedSegmentSumOutputs {
  /** `[S, …]`, `y[s] = Σ x[i]` over the `i` with `segmentIds[i] = s` */
  readonly y: Info;
}

export interface EmbeddingSignatures {
  UnsortedSegmentSum: {
    inputs: UnsortedSegmentSumInputs;
    attrs: UnsortedSegmentSumAttrs;
    outputs: UnsortedSegmentSumOutputs;
  };
}

export const embeddingKernels: {
  readonly [Name in keyof EmbeddingSignatures]: KernelDeclaration<EmbeddingSignatures[Name]>;
} = {
  UnsortedSegmentSum: { outputs: [{ name: 'y' }], returnsTensor: true },
};
