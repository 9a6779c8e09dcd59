import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { PackedSequence } from '../packing/packed-sequence.ts';
import { layerKinds, type RecurrentLayerOptions } from './layer-options.ts';
import { RecurrentLayer } from './recurrent-layer.ts';

/** Hidden and cell state. */
export type LSTMState<R extends Rank = Rank> = [h: Tensor<R>, c: Tensor<R>];

export interface LSTMOptions extends RecurrentLayerOptions {
  /** P, the number of features that the hidden state is projected to, less than H. Default 0: no projection. */
  projSize?: number | undefined;
}

const kinds = { ...layerKinds, projSize: kind.anything };

/**
 * Long short-term memory of one or more layers, as `torch.nn.LSTM`. For each step of each layer:
 *
 * ```text
 * i_t = σ(W_ii x_t + b_ii + W_hi h_{t−1} + b_hi)
 * f_t = σ(W_if x_t + b_if + W_hf h_{t−1} + b_hf)
 * g_t = tanh(W_ig x_t + b_ig + W_hg h_{t−1} + b_hg)
 * o_t = σ(W_io x_t + b_io + W_ho h_{t−1} + b_ho)
 * c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t
 * h_t = o_t ⊙ tanh(c_t)
 * ```
 *
 * With `projSize` P, `h_t = W_hr (o_t ⊙ tanh(c_t))` has P features (Sak et al. 2014). Rows of the weights are i, f, g, o.
 *
 * @example
 * const lstm = new nn.LSTM({ inputSize: 10, hiddenSize: 20, numLayers: 2 });
 * const [output, [hN, cN]] = lstm.forward(tf.randomNormal([5, 3, 10])); // [5, 3, 20], [2, 3, 20], [2, 3, 20]
 *
 * @see `LSTMCell`, whose `step` is the formula in operations; this layer runs the backend's kernel of the same formula
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html
 */
export class LSTM extends RecurrentLayer {
  /**
   * @throws where a size is not a positive whole number, `dropout` is not in [0, 1], or `projSize` is not in 0…H−1
   */
  constructor(options: LSTMOptions) {
    super('lstm', checkOptions(new.target.name, options, kinds));
  }

  /**
   * @param input `[L, N, inputSize]`, or `[N, L, inputSize]` where `batchFirst`, or `[L, inputSize]`, or a packed sequence
   * @param state `h0 [D·numLayers, N, P|H]` and `c0 [D·numLayers, N, H]`, both without N for unbatched input; absent: zeros
   * @returns `output`, the last layer's hidden states, `[L, N, D·(P|H)]` in the input's layout, packed if the input
   *   is, with both directions side by side; and `[hN, cN]`, of `h0`'s and `c0`'s shapes, the last states of each
   *   layer and direction
   * @throws where a shape or dtype does not fit, and where L is 0
   */
  forward(
    input: PackedSequence,
    state?: LSTMState,
  ): [output: PackedSequence<Rank.R3>, state: LSTMState<Rank.R3>];
  forward<R extends Rank>(input: Tensor<R>, state?: LSTMState): [output: Tensor<R>, state: LSTMState<R>];
  forward(
    input: Tensor | PackedSequence,
    state?: LSTMState,
  ): [output: Tensor | PackedSequence, state: LSTMState];
  forward(
    input: Tensor | PackedSequence,
    state?: LSTMState,
  ): [output: Tensor | PackedSequence, state: LSTMState] {
    checkPair('LSTM.forward', state);
    const { output, states } = this.run(input, state ?? []);
    return [output, states as LSTMState];
  }

  /**
   * One step of a sequence that arrives step by step. The results are those of `forward`, to the bit on backend-cpu.
   * To keep a state beyond the process, see `stateToJSON`.
   *
   * @param x `[N, inputSize]`, or `[inputSize]` for one row
   * @param state the previous states, `h [numLayers, N, P|H]` and `c [numLayers, N, H]`, both without N for one row;
   *   absent: zeros
   * @returns the last layer's output, `[N, P|H]` or `[P|H]`, and the next states
   * @throws where a shape or dtype does not fit, and where the layer is bidirectional
   */
  step<R extends Rank>(x: Tensor<R>, state?: LSTMState): [y: Tensor<R>, state: LSTMState] {
    checkPair('LSTM.step', state);
    const { output, states } = this.runStep(x, state ?? []);
    return [output as Tensor<R>, states as LSTMState];
  }
}

/** Throws unless a state is absent or a pair. */
export function checkPair(operation: string, state: unknown): void {
  if (state !== undefined && !(Array.isArray(state) && state.length === 2)) {
    throw new ArgumentError(operation, 'state', `is no pair; expected [h0, c0]`);
  }
}
