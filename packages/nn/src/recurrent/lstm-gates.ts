import { split, type Tensor2D } from '@tensorflow/tfjs-core';

/** Pre-activations of the input, forget, cell and output gates, `[N, H]` each */
export type LSTMGates = [i: Tensor2D, f: Tensor2D, g: Tensor2D, o: Tensor2D];

/** Splits `[N, 4H]` into the gates. */
export const splitGates = (gates: Tensor2D): LSTMGates => split(gates, 4, 1) as Tensor2D[] as LSTMGates;
