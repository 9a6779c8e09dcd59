import {
  add,
  expandDims,
  matMul,
  relu,
  reshape,
  sigmoid,
  softmax,
  squeeze,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tanh,
  tidy,
  transpose,
  type Variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { recurrent } from '@unroll/backend';
import { Module } from '../module.ts';
import { uniformParameter } from '../parameter.ts';
import { shapeText } from '../shape-text.ts';
import { checkSize } from './layer-options.ts';
import type { Nonlinearity } from './rnn.ts';

const hiddenActivations = { tanh, relu } as const;

const outputActivations = {
  identity: (x: Tensor): Tensor => x,
  sigmoid,
  tanh,
  relu,
  softmax: (x: Tensor): Tensor => softmax(x),
} as const;

/** σ_y of an `ElmanLayer`; softmax is over the features. */
export type OutputActivation = keyof typeof outputActivations;

export interface ElmanLayerOptions {
  /** Features of each step of the input */
  inputSize: number;
  /** Features H of the hidden state */
  hiddenSize: number;
  /** Features O of the output */
  outputSize: number;
  /** σ_h. Default 'tanh'. */
  nonlinearity?: Nonlinearity;
  /** σ_y. Default 'identity'. */
  outputActivation?: OutputActivation;
  /** Whether inputs and outputs of `forward` are `[N, L, …]`. Default false: `[L, N, …]`. */
  batchFirst?: boolean;
}

/** Everything that one step computes, `[N, …]` each, or without N for an unbatched step. */
export interface ElmanStep {
  /** `W_xh x_t + W_hh h_{t−1} + b_h`, `[N, H]` */
  readonly preActivation: Tensor;
  /** `h_t`, `[N, H]` */
  readonly hidden: Tensor;
  /** `W_hy h_t + b_y`, `[N, O]` */
  readonly outputPreActivation: Tensor;
  /** `y_t`, `[N, O]` */
  readonly output: Tensor;
}

/**
 * A recurrent cell as the textbook draws it (Elman 1990), with its output value, to be stepped by hand and looked into:
 *
 * ```text
 * h_t = σ_h(W_xh x_t + W_hh h_{t−1} + b_h)
 * y_t = σ_y(W_hy h_t + b_y)
 * ```
 *
 * Keys: `weight_xh [H, I]`, `weight_hh [H, H]`, `bias_h [H]`, `weight_hy [O, H]`, `bias_y [O]`, all drawn from U(−1/√H, 1/√H).
 *
 * @example
 * const cell = new nn.ElmanLayer({ inputSize: 3, hiddenSize: 4, outputSize: 2, outputActivation: 'softmax' });
 * const first = cell.step(tf.tensor1d([1, 0, 0]));
 * const second = cell.step(tf.tensor1d([0, 1, 0]), first.hidden);
 * second.output.print();
 */
export class ElmanLayer extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputSize: number;
  readonly nonlinearity: Nonlinearity;
  readonly outputActivation: OutputActivation;
  readonly batchFirst: boolean;
  readonly weight_xh: Variable;
  readonly weight_hh: Variable;
  readonly bias_h: Variable;
  readonly weight_hy: Variable;
  readonly bias_y: Variable;

  constructor({
    inputSize,
    hiddenSize,
    outputSize,
    nonlinearity = 'tanh',
    outputActivation = 'identity',
    batchFirst = false,
  }: ElmanLayerOptions) {
    super();
    for (const [argument, size] of Object.entries({ inputSize, hiddenSize, outputSize })) {
      checkSize('ElmanLayer', argument, size);
    }
    checkChoice('nonlinearity', nonlinearity, hiddenActivations);
    checkChoice('outputActivation', outputActivation, outputActivations);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.outputSize = outputSize;
    this.nonlinearity = nonlinearity;
    this.outputActivation = outputActivation;
    this.batchFirst = batchFirst;
    const draw = (...shape: number[]) => uniformParameter(shape, 1 / Math.sqrt(hiddenSize));
    this.weight_xh = draw(hiddenSize, inputSize);
    this.weight_hh = draw(hiddenSize, hiddenSize);
    this.bias_h = draw(hiddenSize);
    this.weight_hy = draw(outputSize, hiddenSize);
    this.bias_y = draw(outputSize);
  }

  /**
   * One step, with all that it computes on the way.
   *
   * @param x `[N, inputSize]` or `[inputSize]`
   * @param h the state before, `[N, H]` or `[H]`; absent: zeros
   */
  step(x: Tensor, h?: Tensor): ElmanStep {
    const name = 'ElmanLayer.step';
    this.#checkFeatures(name, 'x', x, [1, 2], this.inputSize);
    if (h) this.#checkFeatures(name, 'h', h, [x.rank], this.hiddenSize);
    return tidy(() => {
      const batched = x.rank === 2;
      const input = (batched ? x : expandDims(x, 0)) as Tensor2D;
      const state = (
        h ? (batched ? h : expandDims(h, 0)) : zeros([input.shape[0], this.hiddenSize])
      ) as Tensor2D;
      const preActivation = add(
        add(
          matMul(input, this.weight_xh as Tensor as Tensor2D, false, true),
          matMul(state, this.weight_hh as Tensor as Tensor2D, false, true),
        ),
        this.bias_h,
      );
      const hidden = hiddenActivations[this.nonlinearity](preActivation);
      const outputPreActivation = this.#project(hidden as Tensor2D);
      const output = outputActivations[this.outputActivation](outputPreActivation);
      const unrow = (tensor: Tensor) => (batched ? tensor : squeeze(tensor, [0]));
      return {
        preActivation: unrow(preActivation),
        hidden: unrow(hidden),
        outputPreActivation: unrow(outputPreActivation),
        output: unrow(output),
      };
    });
  }

  /**
   * A whole sequence in one kernel.
   *
   * @param input `[L, N, inputSize]`, or `[N, L, inputSize]` where `batchFirst`, or `[L, inputSize]`
   * @param h0 `[N, H]`, or `[H]` for unbatched input; absent: zeros
   * @returns the outputs y, `[L, N, O]` in the input's layout, and the last hidden state, of `h0`'s shape
   */
  forward(input: Tensor, h0?: Tensor): [output: Tensor, hN: Tensor] {
    const name = 'ElmanLayer.forward';
    this.#checkFeatures(name, 'input', input, [2, 3], this.inputSize);
    if (h0) this.#checkFeatures(name, 'h0', h0, [input.rank - 1], this.hiddenSize);
    return tidy(() => {
      const batched = input.rank === 3;
      const swap = batched && this.batchFirst;
      const x = (batched ? (swap ? transpose(input, [1, 0, 2]) : input) : expandDims(input, 1)) as Tensor3D;
      const state = (h0 && !batched ? expandDims(h0, 0) : h0) as Tensor2D | undefined;
      const { y, hN } = recurrent(
        {
          x,
          weightIh: this.weight_xh as Tensor as Tensor2D,
          weightHh: this.weight_hh as Tensor as Tensor2D,
          biasIh: this.bias_h as Tensor as Tensor1D,
          h0: state,
        },
        { mode: this.nonlinearity === 'tanh' ? 'rnn_tanh' : 'rnn_relu' },
      );
      const [steps, rows] = y.shape;
      const flat = this.#project(reshape(y, [steps * rows, this.hiddenSize]) as Tensor2D);
      const outputs = reshape(outputActivations[this.outputActivation](flat), [steps, rows, this.outputSize]);
      if (!batched) return [squeeze(outputs, [1]), squeeze(hN as Tensor, [0])];
      return [swap ? transpose(outputs, [1, 0, 2]) : outputs, hN];
    });
  }

  #project(hidden: Tensor2D): Tensor {
    return add(matMul(hidden, this.weight_hy as Tensor as Tensor2D, false, true), this.bias_y);
  }

  #checkFeatures(name: string, argument: string, tensor: Tensor, ranks: number[], features: number): void {
    if (!ranks.includes(tensor.rank) || tensor.shape.at(-1) !== features) {
      throw new Error(
        `${name}: ${argument} has shape ${shapeText(tensor.shape)}; expected ${ranks.join(' or ')} axes, the last with ${features} features`,
      );
    }
  }
}

function checkChoice(argument: string, choice: string, choices: object): void {
  if (!(choice in choices)) {
    const expected = Object.keys(choices)
      .map((name) => `'${name}'`)
      .join(', ');
    throw new Error(`ElmanLayer: ${argument} is '${choice}'; expected one of ${expected}`);
  }
}
