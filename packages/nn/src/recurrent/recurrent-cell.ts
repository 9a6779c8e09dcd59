import {
  expandDims,
  squeeze,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tidy,
} from '@tensorflow/tfjs-core';
import { GATES, type Mode, type RecurrentInputs, recurrent } from '@unroll/backend';
import { Module } from '../module.ts';
import { uniformParameter } from '../parameter.ts';
import { shapeText } from '../shape-text.ts';
import { checkSize } from './layer-options.ts';

export interface RecurrentCellOptions {
  /** Features of the input */
  inputSize: number;
  /** Features H of the hidden state */
  hiddenSize: number;
  /** Whether the two biases exist. Default true. */
  bias?: boolean;
}

type CellWeights = Pick<RecurrentInputs, 'weightIh' | 'weightHh' | 'biasIh' | 'biasHh'>;

/** One step of a recurrent layer: what `RNNCell`, `LSTMCell` and `GRUCell` share. Parameters are drawn from U(−1/√H, 1/√H). */
export abstract class RecurrentCell extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly bias: boolean;
  readonly mode: Mode;
  readonly #weights: CellWeights;

  protected constructor(
    name: string,
    mode: Mode,
    { inputSize, hiddenSize, bias = true }: RecurrentCellOptions,
  ) {
    super();
    checkSize(name, 'inputSize', inputSize);
    checkSize(name, 'hiddenSize', hiddenSize);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.bias = bias;
    this.mode = mode;
    const gateRows = GATES[mode] * hiddenSize;
    const draw = (...shape: number[]) => uniformParameter(shape, 1 / Math.sqrt(hiddenSize));
    const register = (key: string, ...shape: number[]) => {
      const variable = draw(...shape);
      this.registerParameter(key, variable);
      return variable as Tensor;
    };
    this.#weights = {
      weightIh: register('weight_ih', gateRows, inputSize) as Tensor2D,
      weightHh: register('weight_hh', gateRows, hiddenSize) as Tensor2D,
      ...(bias && {
        biasIh: register('bias_ih', gateRows) as Tensor1D,
        biasHh: register('bias_hh', gateRows) as Tensor1D,
      }),
    };
  }

  /** One step on `[N, inputSize]` or `[inputSize]`; states have the input's rows. */
  protected step(input: Tensor, h?: Tensor, c?: Tensor): { h: Tensor; c: Tensor | undefined } {
    const name = `${this.constructor.name}.forward`;
    if (input.rank !== 1 && input.rank !== 2) {
      throw new Error(
        `${name}: input has ${input.rank} axes (shape ${shapeText(input.shape)}); expected [N, inputSize] or [inputSize]`,
      );
    }
    const features = input.shape.at(-1)!;
    if (features !== this.inputSize) {
      throw new Error(
        `${name}: input has ${features} features in its last axis (shape ${shapeText(input.shape)}); inputSize is ${this.inputSize}`,
      );
    }
    const batched = input.rank === 2;
    const stateShape = [...input.shape.slice(0, -1), this.hiddenSize];
    const check = (argument: string, state: Tensor | undefined) => {
      if (state && shapeText(state.shape) !== shapeText(stateShape)) {
        throw new Error(
          `${name}: ${argument} has shape ${shapeText(state.shape)}; expected ${shapeText(stateShape)}`,
        );
      }
    };
    check('h', h);
    check('c', c);
    return tidy(() => {
      const rows = (state: Tensor | undefined) =>
        (state && !batched ? expandDims(state, 0) : state) as Tensor2D | undefined;
      const { hN, cN } = recurrent(
        {
          x: (batched ? expandDims(input, 0) : expandDims(expandDims(input, 0), 0)) as Tensor3D,
          ...this.#weights,
          h0: rows(h),
          c0: rows(c),
        },
        { mode: this.mode },
      );
      const unrow = (state: Tensor) => (batched ? state : squeeze(state, [0]));
      return { h: unrow(hN), c: cN && unrow(cN) };
    });
  }
}
