import { add, matMul, reshape, type Tensor, tidy, util, type Variable } from '@tensorflow/tfjs-core';
import { checkOptions, kind, type OptionKinds, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { swapBatchAndTime, swapLastTwo } from '../layout.ts';
import { Module } from '../module.ts';
import { optionText, sizesAndOptionText } from '../option-text.ts';
import { uniformParameter } from '../parameter.ts';
import { crossed, type WindowedAxis, type Windows, windowsAlong } from '../windows/axis-windows.ts';
import { gatherRows } from '../windows/gather-rows.ts';
import {
  forAxes,
  notNegative,
  type Pair,
  positive,
  spatialSizes,
  windowCounts,
} from '../windows/spatial-sizes.ts';
import { checkPadding, type PaddingMode, paddingModes } from './padding-mode.ts';

/** Options of every convolution. `Size` is a number for each axis, or one for all axes. */
export interface ConvolutionOptions<Size> {
  /** Channels of the input */
  inChannels: number;
  /** Channels of the output */
  outChannels: number;
  /** Elements of a window */
  kernelSize: Size;
  /** Steps from one window to the next. Default 1. */
  stride?: Size | undefined;
  /** The padding at each end; `same`: as much as gives the output the input's size; `valid`: none. Default 0. */
  padding?: Size | 'same' | 'valid' | undefined;
  /** Steps from one element of a window to the next. Default 1. */
  dilation?: Size | undefined;
  /**
   * The number of groups that the channels are split into. Each group of the output sees one group of the input.
   * Default 1.
   */
  groups?: number | undefined;
  /** Whether there is a bias. Default true. */
  bias?: boolean | undefined;
  /** The content of the padding. Default 'zeros'. */
  paddingMode?: PaddingMode | undefined;
}

function kindsOf(axes: number): OptionKinds<ConvolutionOptions<Pair>> {
  const channels = kind.required(kind.whole(1));
  return {
    inChannels: channels,
    outChannels: channels,
    kernelSize: kind.required(positive(axes)),
    stride: positive(axes),
    padding: kind.either(notNegative(axes), kind.choice('same', 'valid')),
    dilation: positive(axes),
    groups: kind.whole(1),
    bias: kind.flag,
    paddingMode: kind.keyOf(paddingModes),
  };
}

/** A convolution over an input's last axes: the common part of `Conv1d` and `Conv2d`. */
export abstract class Convolution extends Module {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[] | 'same' | 'valid';
  readonly dilation: readonly number[];
  readonly groups: number;
  readonly paddingMode: PaddingMode;
  /** `[outChannels, inChannels / groups, ...kernelSize]` */
  readonly weight: Variable;
  /** `[outChannels]` */
  readonly bias?: Variable;
  readonly #name: string;
  #last?: { readonly shape: string; readonly places: Int32Array };

  protected constructor(name: string, axes: number, options: ConvolutionOptions<Pair>) {
    super();
    const given = checkOptions(name, options, kindsOf(axes));
    const { inChannels, outChannels, padding = 0, groups = 1, bias = true } = given;
    this.#name = name;
    this.inChannels = inChannels;
    this.outChannels = outChannels;
    this.kernelSize = forAxes(axes, given.kernelSize);
    this.stride = forAxes(axes, given.stride ?? 1);
    this.padding = typeof padding === 'string' ? padding : forAxes(axes, padding);
    this.dilation = forAxes(axes, given.dilation ?? 1);
    this.groups = groups;
    this.paddingMode = given.paddingMode ?? 'zeros';
    this.#check();
    const shape = [outChannels, inChannels / groups, ...this.kernelSize];
    const bound = 1 / Math.sqrt(util.sizeFromShape(shape.slice(1)));
    this.weight = uniformParameter(shape as [number, number, number], bound);
    if (bias) this.bias = uniformParameter([outChannels], bound);
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, groups, paddingMode } = this;
    const isPadded = typeof padding === 'string' || padding.some((size) => size > 0);
    const always = optionText({ kernelSize, stride });
    return sizesAndOptionText(
      [this.inChannels, this.outChannels, always],
      {
        padding: isPadded ? padding : 0,
        dilation: dilation.some((size) => size > 1) ? dilation : 1,
        groups,
        bias: this.bias !== undefined,
        paddingMode,
      },
      { padding: 0, dilation: 1, groups: 1, bias: true, paddingMode: 'zeros' },
    );
  }

  #check(): void {
    const { groups, stride } = this;
    for (const name of ['inChannels', 'outChannels'] as const) {
      if (this[name] % groups === 0) continue;
      throw new ArgumentError(this.#name, name, `is ${this[name]}; expected a multiple of groups, ${groups}`);
    }
    if (this.padding !== 'same' || stride.every((each) => each === 1)) return;
    throw new ArgumentError(this.#name, 'padding', `is 'same'; expected numbers, as stride is ${stride}`);
  }

  /**
   * @param input `[N, inChannels, …]`, or `[inChannels, …]`
   * @returns `[N, outChannels, …]`, or `[outChannels, …]`; each further axis has the size
   *   `⌊(size + padding − dilation·(kernelSize − 1) − 1) / stride⌋ + 1`, with the padding of both ends
   * @throws where the input has other axes or channels, or an axis is too short for a window or for its padding
   */
  forward(input: Tensor): Tensor {
    const operation = `${this.#name}.forward`;
    const sizes = spatialSizes(operation, input, this.kernelSize.length);
    const channels = input.shape.at(-1 - sizes.length);
    if (channels !== this.inChannels) {
      throw new ArgumentError(
        operation,
        'input',
        `has ${channels} features in its channel axis (shape ${shapeText(input.shape)}); inChannels is ${this.inChannels}`,
      );
    }
    const axes = sizes.map((size, i) => this.#axis(size, i));
    for (const [i, { size, pads }] of axes.entries()) {
      checkPadding(operation, this.paddingMode, size, pads, input.rank - axes.length + i);
    }
    const counts = windowCounts(operation, input, axes);
    const { outside } = paddingModes[this.paddingMode];
    const windows = axes.map((axis, i) => windowsAlong(axis, counts[i]!, outside)).reduce(crossed);
    const batch = input.shape.slice(0, -1 - sizes.length); // [N] or []
    return tidy(() => {
      const output = reshape(this.#convolve(input, windows), [...batch, this.outChannels, ...counts]);
      return this.bias ? add(output, reshape(this.bias, [this.outChannels, ...counts.map(() => 1)])) : output;
    });
  }

  #axis(size: number, i: number): WindowedAxis {
    const [kernel, stride, dilation] = [this.kernelSize[i]!, this.stride[i]!, this.dilation[i]!];
    const total = this.padding === 'same' ? dilation * (kernel - 1) : 0;
    const before = Math.floor(total / 2);
    const pads =
      typeof this.padding === 'string'
        ? ([before, total - before] as const)
        : ([this.padding[i]!, this.padding[i]!] as const);
    return { size, kernel, stride, dilation, pads };
  }

  /** The product of each window, as a row, with the filters: `[N·G, outChannels / G, count]`. */
  #convolve(input: Tensor, windows: Windows): Tensor {
    const { groups, inChannels, outChannels } = this;
    const [inputs, outputs] = [inChannels / groups, outChannels / groups];
    const { size, count, kernel } = windows;
    const batch = input.size / (inChannels * size);
    const images = swapLastTwo(reshape(input, [batch * groups, inputs, size])); // [N·G, size, I]
    const places = this.#placesOf(shapeText(input.shape), windows, batch);
    const elements = gatherRows(reshape(images, [batch * groups * size, inputs]), places, 0); // [G·N·count·kernel, I]
    const filters = swapLastTwo(reshape(this.weight, [outChannels, inputs, kernel])); // [G·O, kernel, I]
    const product = matMul(
      reshape(elements, [groups, batch * count, kernel * inputs]),
      reshape(filters, [groups, outputs, kernel * inputs]),
      false,
      true,
    ); // [G, N·count, O]
    const byImage = swapBatchAndTime(reshape(product, [groups, batch, count * outputs])); // [N, G, count·O]
    return swapLastTwo(reshape(byImage, [batch * groups, count, outputs]));
  }

  /**
   * The places of the last call are used again for an input of the same shape. Listing them takes a third of the time
   * of a depthwise convolution.
   */
  #placesOf(shape: string, windows: Windows, batch: number): Int32Array {
    if (this.#last?.shape !== shape) {
      this.#last = { shape, places: placesByGroup(windows, batch, this.groups) };
    }
    return this.#last.places;
  }
}

/** Rows of `[N·G·size, I]` by group, image, window and element, so that the rows of one group form one matrix. */
function placesByGroup({ size, count, kernel, places }: Windows, batch: number, groups: number): Int32Array {
  const rows = new Int32Array(groups * batch * count * kernel);
  let row = 0;
  for (let group = 0; group < groups; group++) {
    for (let image = 0; image < batch; image++) {
      const first = (image * groups + group) * size;
      for (let window = 0; window < count; window++) {
        for (let k = 0; k < kernel; k++) {
          const place = places[k * count + window]!;
          rows[row++] = place < 0 ? -1 : first + place;
        }
      }
    }
  }
  return rows;
}
