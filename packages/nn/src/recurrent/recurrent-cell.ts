import { type Tensor2D, type Tensor3D, zeros } from '@tensorflow/tfjs-core';
import { kind } from '@unroll/backend/checks';
import type { Mode } from '@unroll/backend/contract';
import { recurrent } from '@unroll/backend/operations';
import { sizesAndOptionText } from '../option-text.ts';
import { affine } from './affine.ts';
import { Cell, type Walk } from './cell.ts';
import type { CellState } from './cell-state.ts';
import { createDirectionWeights, type DirectionWeights } from './direction-weights.ts';

export interface RecurrentCellOptions {
  /** Features of the input */
  inputSize: number;
  /** Features H of the hidden state */
  hiddenSize: number;
  /** Whether the two biases exist. Default true. */
  bias?: boolean | undefined;
}

/** The kinds of `RecurrentCellOptions`. */
export const cellKinds = {
  inputSize: kind.required(kind.whole(1)),
  hiddenSize: kind.required(kind.whole(1)),
  bias: kind.flag,
};

/**
 * One step of a layer that has a kernel in the contract: the common part of `RNNCell`, `LSTMCell` and `GRUCell`.
 * Parameters are drawn from U(−1/√H, 1/√H). The `step` of each is its formula in TensorFlow.js operations. `forward`
 * and `sequence` compute the same by the kernel, unless a subclass overrides `step`.
 */
export abstract class RecurrentCell<State extends CellState, Output> extends Cell<State, Output> {
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

  override extraRepr(): string {
    const { inputSize, hiddenSize, bias } = this;
    return sizesAndOptionText([inputSize, hiddenSize], { bias }, { bias: true });
  }

  /** H */
  get outputSize(): number {
    return this.hiddenSize;
  }

  /** Zeros `[rows, H]` */
  protected zeros(rows: number): Tensor2D {
    return zeros([rows, this.hiddenSize]);
  }

  /** `W_ih x + b_ih` and `W_hh h + b_hh`, `[N, G·H]` each, with the gates side by side. */
  protected gates(x: Tensor2D, h: Tensor2D): [ofInput: Tensor2D, ofState: Tensor2D] {
    const { weightIh, weightHh, biasIh, biasHh } = this.#weights;
    return [affine(x, weightIh, biasIh), affine(h, weightHh, biasHh)];
  }

  /** The kernel over `[T, N, inputSize]`; states `[N, H]`. */
  protected kernel(
    x: Tensor3D,
    h0: Tensor2D | undefined,
    c0: Tensor2D | undefined,
    { reverse, lengths }: Walk,
  ) {
    return recurrent({ x, ...this.#weights, h0, c0, lengths }, { mode: this.mode, reverse });
  }
}
