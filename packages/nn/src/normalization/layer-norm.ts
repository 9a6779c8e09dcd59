import {
  add,
  mul,
  ones,
  type Rank,
  type Tensor,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import {
  checkDtype,
  checkOptions,
  checkValue,
  kind,
  sameShape,
  shapeText,
  shown,
} from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { Module } from '../module.ts';
import { optionText } from '../option-text.ts';
import { normalize } from './normalize.ts';

export interface LayerNormOptions {
  /** The last axes of the input, which are normalised; a number for the last axis alone */
  normalizedShape: number | readonly number[];
  /** A number that is added to the variance. Default 1e-5. */
  eps?: number | undefined;
  /** Whether there are weight and bias. Default true. */
  elementwiseAffine?: boolean | undefined;
  /** Whether there is a bias beside the weight. Default true. */
  bias?: boolean | undefined;
}

const kinds = {
  normalizedShape: kind.required(kind.anything),
  eps: kind.atLeast(0),
  elementwiseAffine: kind.flag,
  bias: kind.flag,
};

/**
 * `y = (x − E[x]) / √(Var[x] + ε) · w + b` over the last axes, as `torch.nn.LayerNorm`, with the biased variance. Weight is 1
 * and bias 0 at first. Ba et al., "Layer normalization" (2016).
 *
 * @example
 * const norm = new nn.LayerNorm({ normalizedShape: 64 });
 * norm.forward(tf.randomNormal([20, 5, 64])); // [20, 5, 64]
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LayerNorm.html
 */
export class LayerNorm extends Module {
  readonly normalizedShape: readonly number[];
  readonly eps: number;
  readonly elementwiseAffine: boolean;
  /** The shape is `normalizedShape` */
  readonly weight?: Variable;
  /** The shape is `normalizedShape` */
  readonly bias?: Variable;

  /** @throws where a size is not a positive whole number, or there is no size */
  constructor(options: LayerNormOptions) {
    super();
    const given = checkOptions('LayerNorm', options, kinds);
    const { normalizedShape, eps = 1e-5, elementwiseAffine = true, bias = true } = given;
    const shape = Array.isArray(normalizedShape) ? Array.from(normalizedShape) : [normalizedShape];
    if (shape.length === 0) {
      throw new ArgumentError('LayerNorm', 'normalizedShape', 'is []; expected at least one axis');
    }
    for (const size of shape) checkValue('LayerNorm', 'normalizedShape', size, kind.required(kind.whole(1)));
    this.normalizedShape = shape;
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    if (elementwiseAffine) {
      this.weight = tidy(() => variable(ones(shape)));
      if (bias) this.bias = tidy(() => variable(zeros(shape)));
    }
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine, bias } = this;
    const options = { eps, elementwiseAffine, ...(elementwiseAffine && !bias && { bias: false }) };
    return `${shown(normalizedShape)}, ${optionText(options)}`;
  }

  /**
   * @param input `[…, ...normalizedShape]`
   * @returns the input's shape
   * @throws where the input's last axes are not `normalizedShape`
   */
  forward<R extends Rank>(input: Tensor<R>): Tensor<R> {
    checkDtype('LayerNorm.forward', 'input', input, 'float32');
    const { normalizedShape, eps, weight, bias } = this;
    if (!sameShape(input.shape.slice(-normalizedShape.length), normalizedShape)) {
      throw new ArgumentError(
        'LayerNorm.forward',
        'input',
        `has shape ${shapeText(input.shape)}; its last axes are expected to be normalizedShape, ${shapeText(normalizedShape)}`,
      );
    }
    return tidy(() => {
      const normalized = normalize('LayerNorm', input, normalizedShape.length, eps);
      const scaled = weight ? mul(normalized, weight) : normalized;
      return (bias ? add(scaled, bias) : scaled) as Tensor<R>;
    });
  }
}
