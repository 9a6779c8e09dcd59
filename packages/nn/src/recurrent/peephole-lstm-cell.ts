import {
  add,
  mul,
  type Rank,
  sigmoid,
  split,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tanh,
  type Variable,
} from '@tensorflow/tfjs-core';
import { checkOptions } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { sizesAndOptionText } from '../option-text.ts';
import { uniformParameter } from '../parameter.ts';
import { affine } from './affine.ts';
import type { CellStep } from './cell.ts';
import { createDirectionWeights, type DirectionWeights } from './direction-weights.ts';
import { splitGates } from './lstm-gates.ts';
import { type LSTMCellState, LSTMVariantCell } from './lstm-variant-cell.ts';
import { cellKinds, type RecurrentCellOptions } from './recurrent-cell.ts';

/**
 * One step of an LSTM whose gates also read the cell state (Gers and Schmidhuber 2000), for `Recurrent`:
 *
 * ```text
 * i = σ(W_ii x + b_ii + W_hi h + b_hi + p_i ⊙ c)
 * f = σ(W_if x + b_if + W_hf h + b_hf + p_f ⊙ c)
 * g = tanh(W_ig x + b_ig + W_hg h + b_hg)
 * c' = f ⊙ c + i ⊙ g
 * o = σ(W_io x + b_io + W_ho h + b_ho + p_o ⊙ c')
 * h' = o ⊙ tanh(c')
 * ```
 *
 * Keys: those of `LSTMCell`, and `weight_p [3H]`: p_i, p_o and p_f, in the order of ONNX's operator. All are drawn from
 * U(−1/√H, 1/√H).
 *
 * @see https://doi.org/10.1109/IJCNN.2000.861302
 */
export class PeepholeLSTMCell extends LSTMVariantCell {
  readonly bias: boolean;
  readonly #weights: DirectionWeights;
  readonly #peepholes: Variable<Rank.R1>;

  /** @throws where a size is not a positive whole number */
  constructor(options: RecurrentCellOptions) {
    const given = checkOptions('PeepholeLSTMCell', options, cellKinds);
    super(given);
    const { inputSize, hiddenSize, bias = true } = given;
    this.bias = bias;
    this.#weights = createDirectionWeights(
      'lstm',
      { inputSize, hiddenSize, projSize: 0, bias },
      (name, parameter) => this.registerParameter(name, parameter),
    );
    this.#peepholes = uniformParameter<Rank.R1>([3 * hiddenSize], 1 / Math.sqrt(hiddenSize));
    this.registerParameter('weight_p', this.#peepholes as Variable);
  }

  override extraRepr(): string {
    return sizesAndOptionText([this.inputSize, this.hiddenSize], { bias: this.bias }, { bias: true });
  }

  /**
   * @param x `[N, inputSize]`
   * @param state `h` and `c`, `[N, H]` each
   * @returns `h'`, and the next state `[h', c']`
   */
  step(x: Tensor2D, state: LSTMCellState): CellStep<LSTMCellState> {
    const [h, c] = this.checked(x, state);
    const { weightIh, weightHh, biasIh, biasHh } = this.#weights;
    return tidyResult(() => {
      const gates = add(affine(x, weightIh, biasIh), affine(h, weightHh, biasHh)); // [N, 4H]
      const [i, f, g, o] = splitGates(gates as Tensor2D);
      const [pi, po, pf] = split(this.#peepholes, 3) as Tensor1D[] as [Tensor1D, Tensor1D, Tensor1D];
      const gate = (preActivation: Tensor2D, peephole: Tensor1D, cell: Tensor2D): Tensor =>
        sigmoid(add(preActivation, mul(peephole, cell)));
      const nextC = add(mul(gate(f, pf, c), c), mul(gate(i, pi, c), tanh(g))) as Tensor2D;
      const nextH = mul(gate(o, po, nextC), tanh(nextC)) as Tensor2D;
      return [nextH, [nextH, nextC]];
    });
  }
}
