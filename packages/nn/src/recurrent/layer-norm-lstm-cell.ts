import { add, mul, type Rank, sigmoid, type Tensor2D, tanh, type Variable } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { LayerNorm } from '../normalization/layer-norm.ts';
import { sizesAndOptionText } from '../option-text.ts';
import { uniformParameter } from '../parameter.ts';
import { affine } from './affine.ts';
import type { CellStep } from './cell.ts';
import { splitGates } from './lstm-gates.ts';
import { type LSTMCellState, LSTMVariantCell } from './lstm-variant-cell.ts';

export interface LayerNormLSTMCellOptions {
  /** Features of the input */
  inputSize: number;
  /** Features H of the hidden state */
  hiddenSize: number;
  /** A number that is added to each variance. Default 1e-5. */
  eps?: number | undefined;
}

const kinds = {
  inputSize: kind.required(kind.whole(1)),
  hiddenSize: kind.required(kind.whole(1)),
  eps: kind.atLeast(0),
};

/**
 * One step of an LSTM with layer normalisation (Ba, Kiros and Hinton 2016, equations 20 to 22), for `Recurrent`:
 *
 * ```text
 * [i f g o] = LN(W_ih x) + LN(W_hh h)
 * c' = σ(f) ⊙ c + σ(i) ⊙ tanh(g)
 * h' = σ(o) ⊙ tanh(LN(c'))
 * ```
 *
 * Each LN has its own gain and bias; the bias contains the paper's `b`. Keys: `weight_ih [4H, I]`,
 * `weight_hh [4H, H]`, rows i, f, g, o, drawn from U(−1/√H, 1/√H), and `norm_ih` and `norm_hh` with 4H features and
 * `norm_c` with H, each with `weight` and `bias`.
 *
 * @see https://arxiv.org/abs/1607.06450
 */
export class LayerNormLSTMCell extends LSTMVariantCell {
  readonly eps: number;
  readonly weight_ih: Variable<Rank.R2>;
  readonly weight_hh: Variable<Rank.R2>;
  readonly norm_ih: LayerNorm;
  readonly norm_hh: LayerNorm;
  readonly norm_c: LayerNorm;

  /** @throws where a size is not a positive whole number, or `eps` is below 0 */
  constructor(options: LayerNormLSTMCellOptions) {
    const { eps = 1e-5, ...sizes } = checkOptions('LayerNormLSTMCell', options, kinds);
    super(sizes);
    this.eps = eps;
    const { inputSize, hiddenSize } = sizes;
    const bound = 1 / Math.sqrt(hiddenSize);
    this.weight_ih = uniformParameter<Rank.R2>([4 * hiddenSize, inputSize], bound);
    this.weight_hh = uniformParameter<Rank.R2>([4 * hiddenSize, hiddenSize], bound);
    this.norm_ih = new LayerNorm({ normalizedShape: 4 * hiddenSize, eps });
    this.norm_hh = new LayerNorm({ normalizedShape: 4 * hiddenSize, eps });
    this.norm_c = new LayerNorm({ normalizedShape: hiddenSize, eps });
  }

  override extraRepr(): string {
    return sizesAndOptionText([this.inputSize, this.hiddenSize], { eps: this.eps }, { eps: 1e-5 });
  }

  /**
   * @param x `[N, inputSize]`
   * @param state `h` and `c`, `[N, H]` each
   * @returns `h'`, and the next state `[h', c']`
   */
  step(x: Tensor2D, state: LSTMCellState): CellStep<LSTMCellState> {
    const [h, c] = this.checked(x, state);
    return tidyResult(() => {
      const gates = add(
        this.norm_ih.forward(affine(x, this.weight_ih)),
        this.norm_hh.forward(affine(h, this.weight_hh)),
      ); // [N, 4H]
      const [i, f, g, o] = splitGates(gates as Tensor2D);
      const nextC = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g))) as Tensor2D;
      const nextH = mul(sigmoid(o), tanh(this.norm_c.forward(nextC))) as Tensor2D;
      return [nextH, [nextH, nextC]];
    });
  }
}
