import {
  add,
  expandDims,
  matMul,
  type Rank,
  relu,
  reshape,
  sigmoid,
  softmax,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tanh,
  type Variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { recurrent, tidyResult } from '@unroll/backend/operations';
import { swapBatchAndTime } from '../layout.ts';
import { Module } from '../module.ts';
import { uniformParameter } from '../parameter.ts';
import { checkInput, checkState } from './check-input.ts';
import type { Nonlinearity } from './layer-options.ts';
import { rnnModes } from './rnn.ts';

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
  nonlinearity?: Nonlinearity | undefined;
  /** σ_y. Default 'identity'. */
  outputActivation?: OutputActivation | undefined;
  /** Whether inputs and outputs of `forward` are `[N, L, …]`. Default false: `[L, N, …]`. */
  batchFirst?: boolean | undefined;
}

const kinds = {
  inputSize: kind.required(kind.whole(1)),
  hiddenSize: kind.required(kind.whole(1)),
  outputSize: kind.required(kind.whole(1)),
  nonlinearity: kind.keyOf(hiddenActivations),
  outputActivation: kind.keyOf(outputActivations),
  batchFirst: kind.flag,
};

/** Everything that one step computes, `[N, …]` each, or without N for an unbatched step. */
export interface ElmanStep<R extends Rank = Rank> {
  /** `W_xh x_t + W_hh h_{t−1} + b_h`, `[N, H]` */
  readonly preActivation: Tensor<R>;
  /** `h_t`, `[N, H]` */
  readonly hidden: Tensor<R>;
  /** `W_hy h_t + b_y`, `[N, O]` */
  readonly outputPreActivation: Tensor<R>;
  /** `y_t`, `[N, O]` */
  readonly output: Tensor<R>;
}

/**
 * A recurrent layer as the textbook draws it (Elman 1990), with its output value, to be stepped by hand and looked into:
 *
 * ```text
 * h_t = σ_h(W_xh x_t + W_hh h_{t−1} + b_h)
 * y_t = σ_y(W_hy h_t + b_y)
 * ```
 *
 * Keys: `weight_xh [H, I]`, `weight_hh [H, H]`, `bias_h [H]`, `weight_hy [O, H]`, `bias_y [O]`, all drawn from U(−1/√H, 1/√H).
 *
 * @example
 * const layer = new nn.ElmanLayer({ inputSize: 3, hiddenSize: 4, outputSize: 2, outputActivation: 'softmax' });
 * const first = layer.step(tf.tensor1d([1, 0, 0]));
 * const second = layer.step(tf.tensor1d([0, 1, 0]), first.hidden);
 * second.output.print();
 */
export class ElmanLayer extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputSize: number;
  readonly nonlinearity: Nonlinearity;
  readonly outputActivation: OutputActivation;
  readonly batchFirst: boolean;
  readonly weight_xh: Variable<Rank.R2>;
  readonly weight_hh: Variable<Rank.R2>;
  readonly bias_h: Variable<Rank.R1>;
  readonly weight_hy: Variable<Rank.R2>;
  readonly bias_y: Variable<Rank.R1>;

  /** @throws where a size is not a positive whole number, or a function unknown */
  constructor(options: ElmanLayerOptions) {
    super();
    const given = checkOptions('ElmanLayer', options, kinds);
    const { inputSize, hiddenSize, outputSize, batchFirst = false } = given;
    const { nonlinearity = 'tanh', outputActivation = 'identity' } = given;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.outputSize = outputSize;
    this.nonlinearity = nonlinearity;
    this.outputActivation = outputActivation;
    this.batchFirst = batchFirst;
    const bound = 1 / Math.sqrt(hiddenSize);
    this.weight_xh = uniformParameter<Rank.R2>([hiddenSize, inputSize], bound);
    this.weight_hh = uniformParameter<Rank.R2>([hiddenSize, hiddenSize], bound);
    this.bias_h = uniformParameter<Rank.R1>([hiddenSize], bound);
    this.weight_hy = uniformParameter<Rank.R2>([outputSize, hiddenSize], bound);
    this.bias_y = uniformParameter<Rank.R1>([outputSize], bound);
  }

  /**
   * One step, with all that it computes on the way.
   *
   * @param x `[N, inputSize]` or `[inputSize]`
   * @param h the state before, `[N, H]` or `[H]`; absent: zeros
   */
  step<R extends Rank>(x: Tensor<R>, h?: Tensor): ElmanStep<R> {
    checkInput('ElmanLayer.step', x, [['N'], []], this.inputSize, 'x');
    const batch = x.shape.slice(0, -1);
    const [rows = 1] = batch;
    checkState('ElmanLayer.step', 'h', h, [...batch, this.hiddenSize], [...batch.map(() => 'N'), 'H']);
    return tidyResult(() => {
      const { weight_xh, weight_hh, bias_h } = this;
      const input: Tensor2D = reshape(x, [rows, this.inputSize]);
      const state: Tensor2D = h ? reshape(h, [rows, this.hiddenSize]) : zeros([rows, this.hiddenSize]);

      const preActivation = add(
        timesTransposed(input, weight_xh),
        add(timesTransposed(state, weight_hh), bias_h),
      );
      const hidden = hiddenActivations[this.nonlinearity](preActivation);
      const outputPreActivation = this.#project(hidden);
      const output = outputActivations[this.outputActivation](outputPreActivation);

      const unrow = (tensor: Tensor) =>
        reshape(tensor, [...batch, tensor.shape.at(-1)!]) as Tensor as Tensor<R>;
      return {
        preActivation: unrow(preActivation),
        hidden: unrow(hidden),
        outputPreActivation: unrow(outputPreActivation),
        output: unrow(output),
      };
    });
  }

  /**
   * A whole sequence, the hidden states in one kernel.
   *
   * @param input `[L, N, inputSize]`, or `[N, L, inputSize]` where `batchFirst`, or `[L, inputSize]`
   * @param h0 `[N, H]`, or `[H]` for unbatched input; absent: zeros
   * @returns the outputs y, `[L, N, O]` in the input's layout, and the last hidden state, of `h0`'s shape
   */
  forward<R extends Rank>(input: Tensor<R>, h0?: Tensor): [output: Tensor<R>, hN: Tensor] {
    const layout = this.batchFirst ? (['N', 'L'] as const) : (['L', 'N'] as const);
    checkInput('ElmanLayer.forward', input, [layout, ['L']], this.inputSize);
    const batch = input.rank === 2 ? [] : [input.shape[layout.indexOf('N')]!];
    checkState('ElmanLayer.forward', 'h0', h0, [...batch, this.hiddenSize], [...batch.map(() => 'N'), 'H']);
    return tidyResult(() => {
      const batched = (input.rank === 2 ? expandDims(input, layout.indexOf('N')) : input) as Tensor3D;
      const { y, hN } = recurrent(
        {
          x: this.batchFirst ? swapBatchAndTime(batched) : batched,
          weightIh: this.weight_xh,
          weightHh: this.weight_hh,
          biasIh: this.bias_h,
          h0: h0 && reshape(h0, [batch[0] ?? 1, this.hiddenSize]),
        },
        { mode: rnnModes[this.nonlinearity] },
      );
      const [steps, rows] = y.shape;
      const flat = this.#project(reshape(y, [steps * rows, this.hiddenSize])); // [L·N, O]
      const timeMajor: Tensor3D = reshape(outputActivations[this.outputActivation](flat), [
        steps,
        rows,
        this.outputSize,
      ]);
      const output = this.batchFirst ? swapBatchAndTime(timeMajor) : timeMajor;
      return [
        reshape(output, [...input.shape.slice(0, -1), this.outputSize]) as Tensor as Tensor<R>,
        reshape(hN, [...batch, this.hiddenSize]),
      ];
    });
  }

  #project(hidden: Tensor): Tensor {
    return add(timesTransposed(hidden, this.weight_hy), this.bias_y);
  }
}

/** `[N, F]` of rows `[N, G]` and a weight `[F, G]`. */
function timesTransposed(rows: Tensor, weight: Tensor2D): Tensor {
  return matMul(rows, weight, false, true);
}
