import { div, sum, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { checkOptions, kind, type OptionKinds } from '@unroll/backend/checks';
import { optionText } from '../option-text.ts';
import type { WindowedAxis } from '../windows/axis-windows.ts';
import { forAxes, type Pair } from '../windows/spatial-sizes.ts';
import { Pool, type PoolOptions, poolKinds } from './pool.ts';

export interface AvgPoolOptions<Size> extends PoolOptions<Size> {
  /** Whether padding counts in a window's mean. Default true. */
  countIncludePad?: boolean | undefined;
}

const averageKinds = (axes: number): OptionKinds<AvgPoolOptions<Pair>> => ({
  ...poolKinds(axes),
  countIncludePad: kind.flag,
});

/** The common part of `AvgPool1d` and `AvgPool2d`. */
abstract class AvgPool extends Pool {
  readonly countIncludePad: boolean;
  /** The divisor of each window's sum; absent: its number of elements */
  readonly divisorOverride: number | undefined;

  protected constructor(name: string, axes: number, options: AvgPoolOptions<Pair>, divisor?: number) {
    super(name, axes, options, forAxes(axes, 1));
    this.countIncludePad = options.countIncludePad ?? true;
    this.divisorOverride = divisor;
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding } = this;
    return optionText({ kernelSize, stride, padding });
  }

  protected readonly paddedWith = 0;

  protected summarize(elements: Tensor, axes: readonly WindowedAxis[], counts: readonly number[]): Tensor {
    const total = sum(elements, 0); // [count, M]
    if (this.divisorOverride !== undefined) return div(total, this.divisorOverride);
    const divisors = axes
      .map((axis, i) => this.#counted(axis, counts[i]!))
      .reduce((outer, inner) => outer.flatMap((first) => inner.map((second) => first * second)));
    return div(total, tensor2d(divisors, [divisors.length, 1]));
  }

  /**
   * The number of elements of each window that count: those on the axis and those in its padding, but never places
   * beyond the padding.
   */
  #counted({ size, kernel, stride, pads: [before, after] }: WindowedAxis, count: number): number[] {
    const [first, end] = this.countIncludePad ? [-before, size + after] : [0, size];
    return Array.from({ length: count }, (_, window) => {
      const start = window * stride - before;
      return Math.min(start + kernel, end) - Math.max(start, first);
    });
  }
}

export type AvgPool1dOptions = AvgPoolOptions<number>;

/**
 * The mean of each window, `y[c, t] = Σ_k x[c, stride·t + k − padding] / kernelSize`, as `torch.nn.AvgPool1d`.
 *
 * @example
 * const pool = new nn.AvgPool1d({ kernelSize: 2 });
 * pool.forward(tf.randomNormal([20, 16, 50])); // [20, 16, 25]
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AvgPool1d.html
 */
export class AvgPool1d extends AvgPool {
  /** @throws where a size is not a positive whole number, or padding is more than half of `kernelSize` */
  constructor(options: AvgPool1dOptions) {
    super('AvgPool1d', 1, checkOptions('AvgPool1d', options, averageKinds(1)));
  }
}

export interface AvgPool2dOptions extends AvgPoolOptions<Pair> {
  /** The divisor of each window's sum, not 0; absent: its number of elements */
  divisorOverride?: number | undefined;
}

const divisorKind = {
  expected: 'a whole number other than 0',
  fits: (value: unknown) => Number.isInteger(value) && value !== 0,
};

/**
 * The mean of each window of images `[N, C, H, W]`, as `torch.nn.AvgPool2d`: see `AvgPool1d`. Options may have a number for each axis.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
 */
export class AvgPool2d extends AvgPool {
  /**
   * @throws where a size is not a positive whole number, padding is more than half of `kernelSize`, or
   *   `divisorOverride` is 0
   */
  constructor(options: AvgPool2dOptions) {
    const kinds = { ...averageKinds(2), divisorOverride: divisorKind };
    const { divisorOverride, ...given } = checkOptions('AvgPool2d', options, kinds);
    super('AvgPool2d', 2, given, divisorOverride);
  }
}
