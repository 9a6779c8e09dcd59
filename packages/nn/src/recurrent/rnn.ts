import type { Rank, Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { optionText } from '../option-text.ts';
import type { PackedSequence } from '../packing/packed-sequence.ts';
import {
  layerKinds,
  type Nonlinearity,
  type RecurrentLayerOptions,
  refuseProjection,
} from './layer-options.ts';
import { RecurrentLayer } from './recurrent-layer.ts';

export const rnnModes = { tanh: 'rnn_tanh', relu: 'rnn_relu' } as const;

export interface RNNOptions extends RecurrentLayerOptions {
  /** Default 'tanh' */
  nonlinearity?: Nonlinearity | undefined;
}

const kinds = { ...layerKinds, nonlinearity: kind.keyOf(rnnModes) };

/**
 * An Elman network of one or more layers, as `torch.nn.RNN`. For each step of each layer:
 *
 * `h_t = tanh(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh)`
 *
 * where `x_t` is the input, or the hidden state of the layer below. `nonlinearity: 'relu'` uses ReLU instead of tanh.
 *
 * @example
 * const rnn = new nn.RNN({ inputSize: 10, hiddenSize: 20, numLayers: 2 });
 * const [output, hN] = rnn.forward(tf.randomNormal([5, 3, 10])); // [5, 3, 20], [2, 3, 20]
 *
 * @see `RNNCell`, whose `step` is the formula in operations; this layer runs the backend's kernel of the same formula
 * @see https://pytorch.org/docs/stable/generated/torch.nn.RNN.html
 */
export class RNN extends RecurrentLayer {
  readonly nonlinearity: Nonlinearity;

  /** @throws where a size is not a positive whole number, `dropout` is not in [0, 1], or `nonlinearity` is unknown */
  constructor(options: RNNOptions) {
    refuseProjection(new.target.name, options);
    const { nonlinearity = 'tanh', ...rest } = checkOptions(new.target.name, options, kinds);
    super(rnnModes[nonlinearity], rest);
    this.nonlinearity = nonlinearity;
  }

  override extraRepr(): string {
    const { nonlinearity } = this;
    const text = super.extraRepr();
    return nonlinearity === 'tanh' ? text : `${text}, ${optionText({ nonlinearity })}`;
  }

  /**
   * @param input `[L, N, inputSize]`, or `[N, L, inputSize]` where `batchFirst`, or `[L, inputSize]`, or a packed sequence
   * @param h0 `[D·numLayers, N, H]`, or `[D·numLayers, H]` for unbatched input; absent: zeros
   * @returns `output`, the last layer's hidden states, `[L, N, D·H]` in the input's layout, packed if the input is,
   *   with both directions side by side; and `hN`, of `h0`'s shape, the last state of each layer and direction
   * @throws where a shape or dtype does not fit, and where L is 0
   */
  forward(input: PackedSequence, h0?: Tensor): [output: PackedSequence<Rank.R3>, hN: Tensor3D];
  forward<R extends Rank>(input: Tensor<R>, h0?: Tensor): [output: Tensor<R>, hN: Tensor<R>];
  forward(input: Tensor | PackedSequence, h0?: Tensor): [output: Tensor | PackedSequence, hN: Tensor];
  forward(input: Tensor | PackedSequence, h0?: Tensor): [output: Tensor | PackedSequence, hN: Tensor] {
    const { output, states } = this.run(input, [h0]);
    return [output, states[0]!];
  }

  /**
   * One step of a sequence that arrives step by step. The results are those of `forward`, to the bit on backend-cpu.
   * To keep a state beyond the process, see `stateToJSON`.
   *
   * @param x `[N, inputSize]`, or `[inputSize]` for one row
   * @param h the previous state, `[numLayers, N, H]`, or `[numLayers, H]` for one row; absent: zeros
   * @returns the last layer's output, `[N, H]` or `[H]`, and the next state
   * @throws where a shape or dtype does not fit, and where the layer is bidirectional
   */
  step<R extends Rank>(x: Tensor<R>, h?: Tensor): [y: Tensor<R>, h: Tensor] {
    const { output, states } = this.runStep(x, [h]);
    return [output as Tensor<R>, states[0]!];
  }
}
