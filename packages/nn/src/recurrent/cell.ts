import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import { Module } from '../module.ts';
import type { CellState } from './cell-state.ts';
import { checkInput } from './check-input.ts';

/** What a step gives: its output `[N, outputSize]`, and the state for the next step. */
export type CellStep<State extends CellState> = [y: Tensor2D, state: State];

/** How a cell goes through a sequence. */
export interface Walk {
  /** What errors begin with: `Recurrent.forward` */
  readonly operation: string;
  /** Whether it begins at each row's end. */
  readonly reverse: boolean;
  /** int32 `[N]`: each row's steps; absent: all rows have all of them. */
  readonly lengths: Tensor1D | undefined;
}

/** What a cell makes of a sequence. */
export interface WalkedSequence<State extends CellState> {
  /** `[T, N, outputSize]`, 0 past each row's end */
  readonly y: Tensor3D;
  /** The state after each row's last step; in reverse after its step 0 */
  readonly state: State;
}

/**
 * One step of a recurrent layer: a module with a formula that takes an input and a state to an output and the next state.
 * `Recurrent` runs any cell over sequences. `RNNCell`, `LSTMCell` and `GRUCell` are cells, and so is what you write, from
 * TensorFlow.js operations:
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
 * @typeParam Output what `forward` gives, where a cell gives something other than `step`, as PyTorch's do
 */
export abstract class Cell<State extends CellState = CellState, Output = CellStep<State>> extends Module {
  /** Features of each step's input */
  abstract readonly inputSize: number;
  /** Features of each step's output */
  abstract readonly outputSize: number;

  /**
   * The state that sequences begin with. It may be learned.
   *
   * @returns tensors `[rows, …]`, in the structure that `step` takes and gives
   */
  abstract zeroState(rows: number): State;

  /**
   * One step. What it gives may be one tensor twice: where the output is a state, the two are the same tensor.
   *
   * @param x `[N, inputSize]`
   * @param state what `zeroState` or the last step gave
   */
  abstract step(x: Tensor2D, state: State): CellStep<State>;

  /**
   * Begins a sequence, for cells that draw or compute something once for all its steps: gives the steps' function. Absent: each
   * step is `step`. A subclass that overrides `step` alone is run by that.
   */
  begin?(rows: number): (x: Tensor2D, state: State) => CellStep<State>;

  /**
   * All steps at once, for cells that have a faster way than step after step, to the same numbers; undefined where there is none as
   * things stand. A subclass that overrides `step` or `begin` is run step by step.
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
