import type { Info, KernelDeclaration } from '../kernels/kernel-declaration.ts';

export interface PhiloxDropoutInputs {
  /** float32, any shape */
  readonly x: Info;
}

/**
 * Element `i` of the flattened input is multiplied by `1/(1 − p)` if word `i mod 4` of Philox4x32-10 with key
 * `[seedLow, seedHigh]` and counter `[⌊i/4⌋, 0, offsetLow, offsetHigh]` is at least `⌊p · 2³²⌋`. Otherwise, and for `p =
 * 1`, it is multiplied by 0, so that NaN stays NaN, as in PyTorch. Every backend draws the same mask, and the gradient is
 * the same kernel applied to `dy`.
 */
export interface PhiloxDropoutAttrs {
  /** Probability of zeroing, in [0, 1] */
  readonly p: number;
  /** The key, unsigned 32-bit words, low first */
  readonly seed: readonly [number, number];
  /** The number of the call, unsigned 32-bit words, low first. A different offset gives a different mask. */
  readonly offset: readonly [number, number];
}

export interface PhiloxDropoutOutputs {
  readonly y: Info;
}

export interface DropoutSignatures {
  PhiloxDropout: { inputs: PhiloxDropoutInputs; attrs: PhiloxDropoutAttrs; outputs: PhiloxDropoutOutputs };
}

export const dropoutKernels: {
  readonly [Name in keyof DropoutSignatures]: KernelDeclaration<DropoutSignatures[Name]>;
} = {
  PhiloxDropout: { outputs: [{ name: 'y' }] },
};
