import type { Tensor3D } from '@tensorflow/tfjs-core';
import type { Module } from '@unroll/nn';

/**
 * The last states of a recurrent layer, `[D·layers, N, features]` each: the hidden states and, for an LSTM, the cell
 * states.
 */
export type States = readonly Tensor3D[];

/** The shapes of states, without N. */
export interface StateSizes {
  /** Layers times directions */
  readonly layers: number;
  /** Directions of each layer; the states of one layer's directions are adjacent. */
  readonly directions: number;
  /** Size of each state: one number, for an LSTM two */
  readonly features: readonly number[];
}

/**
 * The interface of a recurrent layer in encoders and decoders. nn's `RNN`, `LSTM` and `GRU` have it. Any other layer
 * may implement it that takes and returns a sequence and a state, where the state is one tensor or a list of tensors. A
 * sequence is a tensor, or a `PackedSequence` when the encoder is given lengths.
 */
export interface SequenceLayer extends Module {
  /** Size of each step of the input */
  readonly inputSize: number;
  /** Size of each direction's output */
  readonly outputSize: number;
  readonly numLayers: number;
  /** 2 where bidirectional, else 1 */
  readonly numDirections: number;
  /** Size of each state */
  readonly stateSizes: readonly number[];
  /** Whether tensors are `[N, L, …]` rather than `[L, N, …]` */
  readonly batchFirst: boolean;
  forward(input: never, state?: never): readonly [output: unknown, state: unknown];
}
