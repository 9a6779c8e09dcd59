import {
  add,
  matMul,
  type Rank,
  reshape,
  type ShapeMap,
  type Tensor,
  type Tensor2D,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, checkFeatures, checkOptions, kind } from '@unroll/backend/checks';
import { Module } from '../module.ts';
import { optionText } from '../option-text.ts';
import { uniformParameter } from '../parameter.ts';

export interface LinearOptions {
  /** Features of the input's last axis */
  inFeatures: number;
  /** Features of the output's last axis */
  outFeatures: number;
  /** Whether there is a bias. Default true. */
  bias?: boolean | undefined;
  /**
   * Another layer's parameter to share as the weight, `[outFeatures, inFeatures]`, such as an embedding's table;
   * absent: a new weight is drawn
   */
  tiedWeight?: Variable | undefined;
}

const size = kind.required(kind.whole(1));
const kinds = { inFeatures: size, outFeatures: size, bias: kind.flag, tiedWeight: kind.variable };

/**
 * `y = x·Wᵀ + b`, as `torch.nn.Linear`. Weight and bias are drawn from U(−1/√inFeatures, 1/√inFeatures).
 *
 * @example
 * const linear = new nn.Linear({ inFeatures: 20, outFeatures: 30 });
 * linear.forward(tf.randomNormal([128, 20])); // [128, 30]
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Linear.html
 */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** `[outFeatures, inFeatures]` */
  readonly weight: Variable<Rank.R2>;
  /** `[outFeatures]` */
  readonly bias?: Variable<Rank.R1>;

  /** @throws where a size is not a positive whole number, or `tiedWeight` has another shape */
  constructor(options: LinearOptions) {
    super();
    const { inFeatures, outFeatures, bias = true, tiedWeight } = checkOptions('Linear', options, kinds);
    if (tiedWeight) checkExactShape('Linear', 'tiedWeight', tiedWeight, [outFeatures, inFeatures]);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    const bound = 1 / Math.sqrt(inFeatures);
    this.weight =
      (tiedWeight as Variable<Rank.R2> | undefined) ??
      uniformParameter<Rank.R2>([outFeatures, inFeatures], bound);
    if (bias) this.bias = uniformParameter<Rank.R1>([outFeatures], bound);
  }

  override extraRepr(): string {
    return optionText({
      inFeatures: this.inFeatures,
      outFeatures: this.outFeatures,
      bias: this.bias !== undefined,
    });
  }

  /**
   * @param input `[…, inFeatures]`, with any number of axes before the last
   * @returns `[…, outFeatures]`
   * @throws where the last axis does not have `inFeatures` features
   */
  forward<R extends Rank>(input: Tensor<R>): Tensor<R> {
    const { inFeatures } = this;
    checkDtype('Linear.forward', 'input', input, 'float32');
    checkFeatures('Linear.forward', 'input', input, 'inFeatures', inFeatures);
    return tidy(() => {
      const rows = reshape(input, [input.size / inFeatures, inFeatures]) as Tensor2D;
      const product = matMul(rows, this.weight, false, true);
      const output = this.bias ? add(product, this.bias) : product;
      const shape = [...input.shape.slice(0, -1), this.outFeatures];
      return reshape(output, shape as ShapeMap[R]);
    });
  }
}
