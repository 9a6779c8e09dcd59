import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import { Module } from '../module.ts';
import type { CellState } from './cell-state.ts';
import { checkInput } from './check-input.ts';

/** The result of a step: its output `[N, outputSize]`, and the state for the next step. */
export type CellStep<State extends CellState> = [y: Tensor2D, state: State];

/** How a cell walks through a sequence. */
export interface Walk {
  /** The beginning of error messages: `Recurrent.forward` */
  readonly operation: string;
  /** Whether the walk begins at each row's end. */
  readonly reverse: boolean;
  /** int32 `[N]`, the number of steps of each row; absent: all rows have all steps. */
  readonly lengths: Tensor1D | undefined;
}

/** The result of a cell for a sequence. */
export interface WalkedSequence<State extends CellState> {
  /** `[T, N, outputSize]`, 0 past each row's end */
  readonly y: Tensor3D;
  /** The state after each row's last step; in reverse after its step 0 */
  readonly state: State;
}

/**
 * One step of a recurrent layer: a module with a formula that computes an output and the next state from an input and
 * a state. `Recurrent` runs any cell over sequences. `RNNCell`, `LSTMCell` and `GRUCell` are cells. You can write
 * your own cells from TensorFlow.js operations:
 *
 * @example
 * class LeakyIntegrator extends nn.Cell<tf.Tensor2D> {
 *   inputSize = 3;
 *   outputSize = 3;
 *   leak = tf.variable(tf.scalar(0.9));
 *
 *   zeroState(rows: number): tf.Tensor2D {
 *     return tf.zeros([rows, 3]);
 *   }
 *
 *   step(x: tf.Tensor2D, h: tf.Tensor2D): nn.CellStep<tf.Tensor2D> {
 *     const next = tf.add(tf.mul(this.leak, h), x) as tf.Tensor2D;
 *     return [next, next];
 *   }
 * }
 *
 * @typeParam Output the result of `forward`, where it is not that of `step`, as for PyTorch's cells
 */
export abstract class Cell<State extends CellState = CellState, Output = CellStep<State>> extends Module {
  /** Features of each step's input */
  abstract readonly inputSize: number;
  /** Features of each step's output */
  abstract readonly outputSize: number;

  /**
   * The state at the beginning of a sequence. It may be learned.
   *
   * @returns tensors `[rows, …]`, in the structure that `step` takes and returns
   */
  abstract zeroState(rows: number): State;

  /**
   * One step. Where the output is a state, both may be the same tensor.
   *
   * @param x `[N, inputSize]`
   * @param state the result of `zeroState` or of the last step
   */
  abstract step(x: Tensor2D, state: State): CellStep<State>;

  /**
   * Begins a sequence, for cells that draw or compute something once for all steps. Returns the function of a step.
   * Absent: each step is `step`. A subclass that overrides only `step` runs its own `step`.
   */
  begin?(rows: number): (x: Tensor2D, state: State) => CellStep<State>;

  /**
   * All steps at once, for cells that have a faster way to compute the same numbers. Returns undefined where the
   * faster way does not apply. A subclass that overrides `step` or `begin` runs step by step.
   *
   * @param x `[T, N, inputSize]`
   * @param state absent: zeros
   */
  sequence?(x: Tensor3D, state: State | undefined, walk: Walk): WalkedSequence<State> | undefined;

  /** `step`, from the zero state where there is none. */
  forward(x: Tensor2D, state?: State): Output {
    checkInput(`${this.constructor.name}.forward`, x, [['N']], this.inputSize, 'x');
    return tidyResult(() => this.step(x, state ?? this.zeroState(x.shape[0]))) as Output;
  }
}
