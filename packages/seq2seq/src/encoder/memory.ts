import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { States } from '../sequence-layer.ts';

/** An encoder's output for N sources, for a decoder to read. */
export interface Memory {
  /** `[N, S, E]`: the encoding of each step of a source; 0 past its end */
  readonly values: Tensor3D;
  /** Number of steps of each source, in 1…S */
  readonly lengths: readonly number[];
  /** `[N, S]`: 1 at a source's steps, 0 past its end; absent when all sources have S steps */
  readonly mask?: Tensor2D | undefined;
  /** The last states of the layers */
  readonly states: States;
  /** Number of directions of each layer. The states of a layer's directions are adjacent. */
  readonly directions: number;
}
