import {
  add,
  mean,
  mul,
  ones,
  rsqrt,
  square,
  sub,
  type Tensor,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind, sameShape, shapeText, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { differentiable } from '@unroll/backend/operations';
import { Module } from '../module.ts';
import { optionText } from '../option-text.ts';

export interface LayerNormOptions {
  /** The input's last axes, over which it is normalised; a number for the last alone */
  normalizedShape: number | readonly number[];
  /** What is added to the variance. Default 1e-5. */
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
  /** Of `normalizedShape` */
  readonly weight?: Variable;
  /** Of `normalizedShape` */
  readonly bias?: Variable;

  /** @throws where a size is not a positive whole number, or there is none */
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
  forward(input: Tensor): Tensor {
    const { normalizedShape, eps, weight, bias } = this;
    if (!sameShape(input.shape.slice(-normalizedShape.length), normalizedShape)) {
      throw new ArgumentError(
        'LayerNorm.forward',
        'input',
        `has shape ${shapeText(input.shape)}; its last axes are expected to be normalizedShape, ${shapeText(normalizedShape)}`,
      );
    }
    return tidy(() => {
      const normalized = normalize(input, normalizedShape.length, eps);
      const scaled = weight ? mul(normalized, weight) : normalized;
      return bias ? add(scaled, bias) : scaled;
    });
  }
}

/**
 * `x̂ = (x − E[x]) / √(Var[x] + ε)` over the last axes. Its gradient, `(dy − E[dy] − x̂·E[dy·x̂]) / √(Var[x] + ε)`, takes a
 * third of the kernel calls that tfjs would make by following each operation back.
 */
function normalize(x: Tensor, axisCount: number, eps: number): Tensor {
  const axes = Array.from({ length: axisCount }, (_, i) => x.rank - axisCount + i);
  const [normalized] = differentiable({
    firstOrderOnly: 'LayerNorm',
    inputs: { x },
    forward: (save) => {
      const centered = sub(x, mean(x, axes, true));
      const inverseStd = rsqrt(add(mean(square(centered), axes, true), eps));
      const xHat = mul(centered, inverseStd);
      save(xHat);
      save(inverseStd);
      return [xHat];
    },
    backward: ([dy], [xHat, inverseStd]) => ({
      x: () => {
        const along = mul(xHat!, mean(mul(dy!, xHat!), axes, true));
        return mul(sub(sub(dy!, mean(dy!, axes, true)), along), inverseStd!);
      },
    }),
  });
  return normalized!;
}
