import {
  add,
  cast,
  equal,
  isNaN as isNotANumber,
  maximum,
  mul,
  range,
  reshape,
  type Tensor,
  unstack,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { checkOptions, type OptionKinds } from '@unroll/backend/checks';
import { differentiable, withoutGradient } from '@unroll/backend/operations';
import { optionText } from '../option-text.ts';
import { forAxes, type Pair, positive } from '../windows/spatial-sizes.ts';
import { Pool, type PoolOptions, poolKinds } from './pool.ts';

export interface MaxPoolOptions<Size> extends PoolOptions<Size> {
  /** Steps from one element of a window to the next. Default 1. */
  dilation?: Size | undefined;
}

const kindsOf = (axes: number): OptionKinds<MaxPoolOptions<Pair>> => ({
  ...poolKinds(axes),
  dilation: positive(axes),
});

/** The common part of `MaxPool1d` and `MaxPool2d`. */
abstract class MaxPool extends Pool {
  protected constructor(name: string, axes: number, options: MaxPoolOptions<Pair>) {
    const given = checkOptions(name, options, kindsOf(axes));
    super(name, axes, given, forAxes(axes, given.dilation ?? 1));
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    return optionText({ kernelSize, stride, padding, dilation, ceilMode });
  }

  protected readonly paddedWith = Number.NEGATIVE_INFINITY;

  protected summarize(elements: Tensor): Tensor {
    return largest(elements);
  }
}

/**
 * The largest element of each window, `[kernel, count, M]` to `[count, M]`. Its gradient goes to the first of the
 * largest elements or, as in PyTorch, to the last NaN.
 */
function largest(elements: Tensor): Tensor {
  const [result] = differentiable({
    inputs: { elements },
    forward: (save) => {
      const found = maximumOf(elements);
      save(elements);
      save(found);
      return [found];
    },
    backward: ([dy], [x, found]) => ({
      elements: () => {
        const isChosen = withoutGradient(() => chosen(x!, found!));
        const none = zerosLike(x!);
        return where(isChosen, add(none, dy!), none);
      },
    }),
  });
  return result!;
}

/** The place that gets each window's gradient: true at one of the window's elements. */
function chosen(x: Tensor, found: Tensor): Tensor {
  const kernel = x.shape[0]!;
  const ranked = (holds: Tensor, ranks: Tensor): Tensor =>
    mul(cast(holds, 'float32'), reshape(ranks, [kernel, 1, 1]));
  const ranks = add(ranked(equal(x, found), range(kernel, 0)), ranked(isNotANumber(x), range(1, kernel + 1)));
  return equal(ranks, maximumOf(ranks));
}

/**
 * The maximum over the first axis, by operations that every backend has. A maximum along an axis other than the last
 * is slow.
 */
const maximumOf = (x: Tensor): Tensor => unstack(x).reduce((first, second) => maximum(first, second));

export type MaxPool1dOptions = MaxPoolOptions<number>;

/**
 * The largest element of each window, `y[c, t] = max_k x[c, stride·t + dilation·k − padding]`, as
 * `torch.nn.MaxPool1d`. Padding is −∞.
 *
 * @example
 * const pool = new nn.MaxPool1d({ kernelSize: 2 });
 * pool.forward(tf.randomNormal([20, 16, 50])); // [20, 16, 25]
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MaxPool1d.html
 */
export class MaxPool1d extends MaxPool {
  /** @throws where a size is not a positive whole number, or padding is more than half of `kernelSize` */
  constructor(options: MaxPool1dOptions) {
    super('MaxPool1d', 1, options);
  }
}

export type MaxPool2dOptions = MaxPoolOptions<Pair>;

/**
 * The largest element of each window of images `[N, C, H, W]`, as `torch.nn.MaxPool2d`: see `MaxPool1d`. Options may
 * have a number for each axis.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
 */
export class MaxPool2d extends MaxPool {
  /** @throws where a size is not a positive whole number, or padding is more than half of `kernelSize` */
  constructor(options: MaxPool2dOptions) {
    super('MaxPool2d', 2, options);
  }
}
