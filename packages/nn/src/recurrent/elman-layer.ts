import {
  add,
  expandDims,
  type Rank,
  relu,
  reshape,
  sigmoid,
  softmax,
  squeeze,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tanh,
  type Variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { recurrent, tidyResult, zeroPadding } from '@unroll/backend/operations';
import { sizesAndOptionText } from '../option-text.ts';
import type { PackedSequence } from '../packing/packed-sequence.ts';
import { uniformParameter } from '../parameter.ts';
import { affine } from './affine.ts';
import { Cell, type Walk, type WalkedSequence } from './cell.ts';
import { checkState } from './check-input.ts';
import type { Nonlinearity } from './layer-options.ts';
import { rnnModes } from './rnn.ts';
import { nonlinearities } from './rnn-cell.ts';
import { layOutSequence, layOutStep } from './sequence-layout.ts';
import { walkSequence } from './walk-sequence.ts';

const outputActivations = {
  identity: (x: Tensor): Tensor => x,
  sigmoid,
  tanh,
  relu,
  softmax: (x: Tensor): Tensor => softmax(x),
} as const;

/** σ_y of an `ElmanLayer`. The softmax is over the features. */
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
  nonlinearity: kind.keyOf(nonlinearities),
  outputActivation: kind.keyOf(outputActivations),
  batchFirst: kind.flag,
};

/** All values that one step computes, `[N, …]` each, or without N for an unbatched step. */
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
 * A recurrent layer as in textbooks (Elman 1990), with its output layer, to be inspected step by step:
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
 * const first = layer.inspect(tf.tensor1d([1, 0, 0]));
 * const second = layer.inspect(tf.tensor1d([0, 1, 0]), first.hidden);
 * second.output.print();
 */
export class ElmanLayer extends Cell<Tensor2D, unknown> {
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

  /** @throws where a size is not a positive whole number, or a function is unknown */
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

  override extraRepr(): string {
    const { inputSize, hiddenSize, outputSize, nonlinearity, outputActivation, batchFirst } = this;
    return sizesAndOptionText(
      [inputSize, hiddenSize, outputSize],
      { nonlinearity, outputActivation, batchFirst },
      { nonlinearity: 'tanh', outputActivation: 'identity', batchFirst: false },
    );
  }

  /**
   * One step by its formulas, with all intermediate values.
   *
   * @param x `[N, inputSize]` or `[inputSize]`
   * @param h the previous state, `[N, H]` or `[H]`; absent: zeros
   */
  inspect<R extends Rank>(x: Tensor<R>, h?: Tensor): ElmanStep<R> {
    const operation = 'ElmanLayer.inspect';
    return tidyResult(() => {
      const step = layOutStep(operation, 'x', x, this.inputSize);
      const rows = step.x.shape[0];
      const state = this.#rowsOf(operation, 'h', h, step.batch) ?? this.zeroState(rows);

      const ofState = affine(state, this.weight_hh, this.bias_h);
      const preActivation = add(affine(step.x, this.weight_xh), ofState) as Tensor2D;
      const hidden: Tensor2D = nonlinearities[this.nonlinearity](preActivation);
      const outputPreActivation = affine(hidden, this.weight_hy, this.bias_y);
      const output = outputActivations[this.outputActivation](outputPreActivation);

      return {
        preActivation: step.restore(preActivation),
        hidden: step.restore(hidden),
        outputPreActivation: step.restore(outputPreActivation),
        output: step.restore(output),
      };
    });
  }

  /**
   * One step of a sequence that arrives step by step. The results are those of `forward`, to the bit on backend-cpu.
   *
   * @param x `[N, inputSize]`, or `[inputSize]` for one row
   * @param h the previous state, `[N, H]` or `[H]`; absent: zeros
   * @returns `y [N, O]` or `[O]`, and the next state
   */
  override step<R extends Rank>(x: Tensor<R>, h?: Tensor): [y: Tensor<R>, h: Tensor<R>] {
    const operation = 'ElmanLayer.step';
    return tidyResult(() => {
      const step = layOutStep(operation, 'x', x, this.inputSize);
      const state = this.#rowsOf(operation, 'h', h, step.batch);
      const walk = { operation, reverse: false, lengths: undefined };
      const walked = this.sequence(expandDims(step.x, 0), state, walk);
      return [step.restore(squeeze(walked.y, [0])), step.restore(walked.state)];
    });
  }

  /** Zeros `[rows, H]` */
  zeroState(rows: number): Tensor2D {
    return zeros([rows, this.hiddenSize]);
  }

  /** Computes the hidden states in one kernel and the outputs in one product. */
  override sequence(
    x: Tensor3D,
    h0: Tensor2D | undefined,
    { reverse, lengths }: Walk,
  ): WalkedSequence<Tensor2D> {
    return tidyResult(() => {
      const { y: hidden, hN } = recurrent(
        { x, weightIh: this.weight_xh, weightHh: this.weight_hh, biasIh: this.bias_h, h0, lengths },
        { mode: rnnModes[this.nonlinearity], reverse },
      );
      const [steps, rows] = hidden.shape;
      const flat = affine(reshape(hidden, [steps * rows, this.hiddenSize]), this.weight_hy, this.bias_y); // [T·N, O]
      const outputs = reshape(outputActivations[this.outputActivation](flat), [steps, rows, this.outputSize]);
      return { y: lengths ? zeroPadding(outputs as Tensor3D, lengths) : (outputs as Tensor3D), state: hN };
    });
  }

  /**
   * Runs a whole sequence.
   *
   * @param input `[L, N, inputSize]`, or `[N, L, inputSize]` where `batchFirst`, or `[L, inputSize]`, or a packed sequence
   * @param h0 `[N, H]`, or `[H]` for unbatched input; absent: zeros
   * @returns the outputs y, `[L, N, O]` in the input's layout, packed if the input is, and the last hidden state, of
   *   `h0`'s shape
   */
  override forward(input: PackedSequence, h0?: Tensor): [output: PackedSequence<Rank.R3>, hN: Tensor];
  override forward<R extends Rank>(input: Tensor<R>, h0?: Tensor): [output: Tensor<R>, hN: Tensor];
  override forward(
    input: Tensor | PackedSequence,
    h0?: Tensor,
  ): [output: Tensor | PackedSequence, hN: Tensor] {
    const operation = 'ElmanLayer.forward';
    return tidyResult(() => {
      const { features, lengths, batch, restore } = layOutSequence(operation, input, this);
      const initial = this.#rowsOf(operation, 'h0', h0, batch);
      const walk = { operation, reverse: false, lengths };
      const { y, state } = walkSequence(this, features, initial, walk);
      return [restore(y), reshape(state, [...batch, this.hiddenSize])];
    });
  }

  /** A state as `[N, H]`. */
  #rowsOf(
    operation: string,
    argument: string,
    state: unknown,
    batch: readonly number[],
  ): Tensor2D | undefined {
    checkState(operation, argument, state, [...batch, this.hiddenSize], [...batch.map(() => 'N'), 'H']);
    return state && reshape(state, [batch[0] ?? 1, this.hiddenSize]);
  }
}
