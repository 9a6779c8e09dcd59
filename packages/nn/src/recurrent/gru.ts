import type { Rank, Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import { checkOptions } from '@unroll/backend/checks';
import type { PackedSequence } from '../packing/packed-sequence.ts';
import { layerKinds, type RecurrentLayerOptions, refuseProjection } from './layer-options.ts';
import { RecurrentLayer } from './recurrent-layer.ts';

export type GRUOptions = RecurrentLayerOptions;

/**
 * Gated recurrent units of one or more layers, as `torch.nn.GRU`. For each step of each layer:
 *
 * ```text
 * r_t = σ(W_ir x_t + b_ir + W_hr h_{t−1} + b_hr)
 * z_t = σ(W_iz x_t + b_iz + W_hz h_{t−1} + b_hz)
 * n_t = tanh(W_in x_t + b_in + r_t ⊙ (W_hn h_{t−1} + b_hn))
 * h_t = (1 − z_t) ⊙ n_t + z_t ⊙ h_{t−1}
 * ```
 *
 * The reset gate is applied after the product, as in PyTorch and cuDNN; Cho et al. (2014) apply it before. Rows of the
 * weights are r, z, n.
 *
 * @example
 * const gru = new nn.GRU({ inputSize: 10, hiddenSize: 20, bidirectional: true });
 * const [output, hN] = gru.forward(tf.randomNormal([5, 3, 10])); // [5, 3, 40], [2, 3, 20]
 *
 * @see `GRUCell`, whose `step` is the formula in operations; this layer runs the backend's kernel of the same formula
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GRU.html
 */
export class GRU extends RecurrentLayer {
  /** @throws where a size is not a positive whole number, or `dropout` not in [0, 1] */
  constructor(options: GRUOptions) {
    refuseProjection(new.target.name, options);
    super('gru', checkOptions(new.target.name, options, layerKinds));
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
