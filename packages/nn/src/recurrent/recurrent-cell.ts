import { type Rank, reshape, type Tensor, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { kind } from '@unroll/backend/checks';
import type { Mode } from '@unroll/backend/contract';
import { recurrent, tidyResult } from '@unroll/backend/operations';
import { Module } from '../module.ts';
import { checkInput, checkState } from './check-input.ts';
import { createDirectionWeights, type DirectionWeights } from './direction-weights.ts';

export interface RecurrentCellOptions {
  /** Features of the input */
  inputSize: number;
  /** Features H of the hidden state */
  hiddenSize: number;
  /** Whether the two biases exist. Default true. */
  bias?: boolean | undefined;
}

/** What `RecurrentCellOptions` have to be. */
export const cellKinds = {
  inputSize: kind.required(kind.whole(1)),
  hiddenSize: kind.required(kind.whole(1)),
  bias: kind.flag,
};

/** One step of a recurrent layer: what `RNNCell`, `LSTMCell` and `GRUCell` share. Parameters are drawn from U(−1/√H, 1/√H). */
export abstract class RecurrentCell extends Module {
  readonly mode: Mode;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly bias: boolean;
  readonly #weights: DirectionWeights;

  protected constructor(mode: Mode, { inputSize, hiddenSize, bias = true }: RecurrentCellOptions) {
    super();
    this.mode = mode;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.bias = bias;
    this.#weights = createDirectionWeights(
      mode,
      { inputSize, hiddenSize, projSize: 0, bias },
      (name, parameter) => this.registerParameter(name, parameter),
    );
  }

  /** One step on `[N, inputSize]` or `[inputSize]`, the sequence kernel's `T = 1`; states have the input's rows. */
  protected step<R extends Rank>(
    input: Tensor<R>,
    h?: Tensor,
    c?: Tensor,
  ): { h: Tensor<R>; c: Tensor<R> | undefined } {
    const operation = `${this.constructor.name}.forward`;
    checkInput(operation, input, [['N'], []], this.inputSize);
    const batch = input.shape.slice(0, -1);
    const stateShape = [...batch, this.hiddenSize];
    const axes = [...batch.map(() => 'N'), 'H'];
    checkState(operation, 'h', h, stateShape, axes);
    checkState(operation, 'c', c, stateShape, axes);
    const [rows = 1] = batch;
    return tidyResult(() => {
      const state = (given: Tensor | undefined): Tensor2D | undefined =>
        given && reshape(given, [rows, this.hiddenSize]);
      const x: Tensor3D = reshape(input, [1, rows, this.inputSize]);
      const { hN, cN } = recurrent({ x, ...this.#weights, h0: state(h), c0: state(c) }, { mode: this.mode });
      const unrow = (next: Tensor2D) => reshape(next, stateShape) as Tensor as Tensor<R>;
      return { h: unrow(hN), c: cN && unrow(cN) };
    });
  }
}
