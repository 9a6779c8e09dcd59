import { reshape, type Tensor, tidy, transpose, util } from '@tensorflow/tfjs-core';
import { kind, type OptionKinds } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { Module } from '../module.ts';
import { crossed, type WindowedAxis, windowsAlong } from '../windows/axis-windows.ts';
import { gatherRows } from '../windows/gather-rows.ts';
import {
  forAxes,
  notNegative,
  type Pair,
  positive,
  spatialSizes,
  windowCounts,
} from '../windows/spatial-sizes.ts';

/** Options of every pooling. `Size` is a number for each axis, or one for all axes. */
export interface PoolOptions<Size> {
  /** Elements of a window */
  kernelSize: Size;
  /** Steps from one window to the next. Default `kernelSize`. */
  stride?: Size | undefined;
  /** The padding at each end, at most half of `kernelSize`. Default 0. */
  padding?: Size | undefined;
  /**
   * Whether a last window that does not fit counts, if it begins on the axis or in the padding before it.
   * Default false.
   */
  ceilMode?: boolean | undefined;
}

/** The kinds of `PoolOptions`. */
export const poolKinds = (axes: number): OptionKinds<PoolOptions<Pair>> => ({
  kernelSize: kind.required(positive(axes)),
  stride: positive(axes),
  padding: notNegative(axes),
  ceilMode: kind.flag,
});

/** Reduces each window of an input's last axes to one number, channel by channel. */
export abstract class Pool extends Module {
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly ceilMode: boolean;
  readonly dilation: readonly number[];
  readonly #name: string;

  protected constructor(name: string, axes: number, options: PoolOptions<Pair>, dilation: readonly number[]) {
    super();
    const { kernelSize, stride = kernelSize, padding = 0, ceilMode = false } = options;
    this.#name = name;
    this.kernelSize = forAxes(axes, kernelSize);
    this.stride = forAxes(axes, stride);
    this.padding = forAxes(axes, padding);
    this.ceilMode = ceilMode;
    this.dilation = dilation;
    for (const [i, each] of this.padding.entries()) {
      const kernel = this.kernelSize[i]!;
      if (each <= kernel / 2) continue;
      throw new ArgumentError(
        name,
        'padding',
        `is ${each}; expected at most half of kernelSize, which is ${kernel}`,
      );
    }
  }

  /**
   * @param input `[N, C, …]`, or `[C, …]`
   * @returns the same with the number of windows along each axis after the channels:
   *   `⌊(size + 2·padding − dilation·(kernelSize − 1) − 1) / stride⌋ + 1`, or rounded up for `ceilMode`
   * @throws where the input has other axes, or an axis is too short for a window
   */
  forward(input: Tensor): Tensor {
    const operation = `${this.#name}.forward`;
    const sizes = spatialSizes(operation, input, this.kernelSize.length);
    const axes = sizes.map((size, i): WindowedAxis => {
      const [padding, kernel] = [this.padding[i]!, this.kernelSize[i]!];
      const [stride, dilation] = [this.stride[i]!, this.dilation[i]!];
      return { size, kernel, stride, dilation, pads: [padding, padding] };
    });
    const counts = windowCounts(operation, input, axes, this.ceilMode);
    const windows = axes.map((axis, i) => windowsAlong(axis, counts[i]!, () => -1)).reduce(crossed);
    const { count, kernel, size, places } = windows;
    const leading = input.shape.slice(0, -sizes.length); // [N, C] or [C]
    const rows = util.sizeFromShape(leading);
    return tidy(() => {
      const columns = transpose(reshape(input, [rows, size])); // [size, N·C]
      const elements = reshape(gatherRows(columns, Int32Array.from(places), this.paddedWith), [
        kernel,
        count,
        rows,
      ]);
      return reshape(transpose(this.summarize(elements, axes, counts)), [...leading, ...counts]);
    });
  }

  /** The value of the padding. */
  protected abstract readonly paddedWith: number;

  /** Reduces each window to one number, `[kernel, count, M]` to `[count, M]`. */
  protected abstract summarize(
    elements: Tensor,
    axes: readonly WindowedAxis[],
    counts: readonly number[],
  ): Tensor;
}
