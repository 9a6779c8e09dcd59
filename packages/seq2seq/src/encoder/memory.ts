import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { States } from '../sequence-layer.ts';

/** What an encoder has made of N sources, for a decoder to read. */
export interface Memory {
  /** `[N, S, E]`: what each step of a source has become; 0 past its end */
  readonly values: Tensor3D;
  /** Steps of each source, in 1…S */
  readonly lengths: readonly number[];
  /** `[N, S]`: 1 at a source's steps, 0 past its end; absent where all sources have S steps */
  readonly mask?: Tensor2D | undefined;
  /** The layers' last states */
  readonly states: States;
  /** Directions of each layer, whose states follow one another */
  readonly directions: number;
}
