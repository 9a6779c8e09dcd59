import * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { activated } from './activation.ts';
import { type Entry, entry, ints, type RunNumbers, type TensorType } from './kernel-lowering.ts';

/*
 * tfjs stores images as [N, H, W, C] (or NCHW) and filters as [H, W, I, O]. ONNX stores them as [N, C, H, W] and [O,
 * I, H, W]. Inputs are transposed to ONNX's order and results are transposed back. Paddings and strides, which may
 * depend on sizes, are part of the graph's structure.
 */

type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

export interface Window {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Top, left, bottom, right */
  readonly pads: readonly number[];
}

interface ConvStructure extends Window {
  readonly channelsLast: boolean;
  readonly group: number;
}

interface ConvAttrs {
  readonly strides: [number, number] | number;
  readonly pad: tf.Conv2DAttrs['pad'];
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: [number, number] | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil' | undefined;
}

/** The part of tfjs's sizes that decides where windows lie. It is part of the graph. */
type Sizes = Pick<
  ConvInfo,
  | ('inHeight' | 'outHeight' | 'effectiveFilterHeight' | 'strideHeight' | 'dilationHeight')
  | ('inWidth' | 'outWidth' | 'effectiveFilterWidth' | 'strideWidth' | 'dilationWidth')
  | 'padInfo'
>;

export function windowOf(info: Sizes): Window {
  const { top, left, bottom, right } = info.padInfo;
  const { inHeight, outHeight, effectiveFilterHeight, strideHeight, dilationHeight } = info;
  const { inWidth, outWidth, effectiveFilterWidth, strideWidth, dilationWidth } = info;
  return {
    strides: [strideHeight, strideWidth],
    dilations: [dilationHeight, dilationWidth],
    pads: [
      top,
      left,
      padAfter(inHeight, outHeight, effectiveFilterHeight, strideHeight, top, bottom),
      padAfter(inWidth, outWidth, effectiveFilterWidth, strideWidth, left, right),
    ],
  };
}

/**
 * The padding after the last element with which ONNX makes as many windows as tfjs. ONNX makes all windows that fit.
 * tfjs may round up. Where padding is a number, tfjs uses the height's filter and stride for both axes.
 */
function padAfter(
  size: number,
  count: number,
  filter: number,
  stride: number,
  before: number,
  after: number,
) {
  const fitting = Math.floor((before + size + after - filter) / stride) + 1;
  return fitting === count ? after : stride * (count - 1) + filter - before - size;
}

/**
 * The reason why ONNX cannot express a window: tfjs leaves out the last windows that fit, but ONNX takes all of them.
 */
export const stopsShort = ({ pads }: Window): string | undefined =>
  pads.some((pad) => pad < 0) ? 'with fewer windows than fit' : undefined;

function convInfo(
  x: readonly number[],
  filter: readonly number[],
  attrs: ConvAttrs,
  depthwise: boolean,
): ConvInfo {
  return tf.backend_util.computeConv2DInfo(
    x as [number, number, number, number],
    filter as [number, number, number, number],
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad as 'valid',
    attrs.dimRoundingMode,
    depthwise,
    tf.backend_util.convertConv2DDataFormat(attrs.dataFormat ?? 'NHWC'),
  );
}

const structureOf = (info: ConvInfo, depthwise: boolean): ConvStructure => ({
  ...windowOf(info),
  channelsLast: info.dataFormat === 'channelsLast',
  group: depthwise ? info.inChannels : 1,
});

export const toChannelsFirst = (g: GraphBuilder, x: Ref, channelsLast = true): Ref =>
  channelsLast ? g.transpose(x, [0, 3, 1, 2]) : x;
export const fromChannelsFirst = (g: GraphBuilder, x: Ref, channelsLast = true): Ref =>
  channelsLast ? g.transpose(x, [0, 2, 3, 1]) : x;

/** [H, W, I, O] as [O, I, H, W]; of depthwise filters, [H, W, I, M], as [I·M, 1, H, W]. */
function filterOf(g: GraphBuilder, filter: Ref, shape: Ref | undefined): Ref {
  return shape
    ? g.op('Reshape', [g.transpose(filter, [2, 3, 0, 1]), shape])
    : g.transpose(filter, [3, 2, 0, 1]);
}

const depthwiseShape = ([height, width, channels, multiplier]: readonly number[]): RunNumbers =>
  ints([channels! * multiplier!, 1, height!, width!]);

const floats = (...types: (TensorType | undefined)[]): string | undefined =>
  types.some((type) => type && type.dtype !== 'float32') ? 'of integers' : undefined;

function attributes({ strides, dilations, pads, group }: ConvStructure) {
  return { strides, dilations, pads, group };
}

interface Fused extends ConvStructure {
  readonly activation: string;
  readonly leakyreluAlpha: number;
}

function forward(kernel: string, depthwise: boolean): Entry {
  return entry<tf.Conv2DInputs, tf.Conv2DAttrs, ConvStructure>(kernel, {
    unsupported: ({ x, filter }, attrs) =>
      floats(x, filter) ?? stopsShort(windowOf(convInfo(x.shape, filter.shape, attrs, depthwise))),
    outputs: ({ x, filter }, attrs) => [
      { shape: convInfo(x.shape, filter.shape, attrs, depthwise).outShape, dtype: x.dtype },
    ],
    structure: ({ x, filter }, attrs) =>
      structureOf(convInfo(x.shape, filter.shape, attrs, depthwise), depthwise),
    numbers: ({ filter }) => (depthwise ? [depthwiseShape(filter.shape)] : []),
    lower: (g, { x, filter }, structure, [shape]) => {
      const { channelsLast } = structure;
      const inputs = [toChannelsFirst(g, x, channelsLast), filterOf(g, filter, shape)];
      return [fromChannelsFirst(g, g.op('Conv', inputs, attributes(structure)), channelsLast)];
    },
  });
}

function fusedForward(kernel: string, depthwise: boolean): Entry {
  return entry<tf.FusedConv2DInputs, tf.FusedConv2DAttrs, Fused>(kernel, {
    unsupported: ({ x, filter }, attrs) =>
      floats(x, filter) ??
      (attrs.dataFormat === 'NCHW' ? 'with a bias in NCHW' : undefined) ??
      stopsShort(windowOf(convInfo(x.shape, filter.shape, attrs, depthwise))),
    outputs: ({ x, filter }, attrs) => [
      { shape: convInfo(x.shape, filter.shape, attrs, depthwise).outShape, dtype: x.dtype },
    ],
    structure: ({ x, filter }, attrs) => ({
      ...structureOf(convInfo(x.shape, filter.shape, attrs, depthwise), depthwise),
      activation: attrs.activation ?? 'linear',
      leakyreluAlpha: attrs.leakyreluAlpha ?? 0.2,
    }),
    numbers: ({ filter }) => (depthwise ? [depthwiseShape(filter.shape)] : []),
    lower: (g, inputs, structure, [shape]) => {
      const { x, filter, bias, preluActivationWeights } = inputs as Record<string, Ref>;
      const convolved = g.op(
        'Conv',
        [toChannelsFirst(g, x!), filterOf(g, filter!, shape)],
        attributes(structure),
      );
      const image = fromChannelsFirst(g, convolved);
      const biased = bias ? g.op('Add', [image, bias]) : image;
      const { activation, leakyreluAlpha } = structure;
      return [activated(g, biased, activation, preluActivationWeights, leakyreluAlpha)];
    },
  });
}

interface Transposed extends ConvStructure {
  readonly outputPadding: readonly number[];
}

/** Rows and columns of the input that no window reaches. A transposed convolution would leave them out. */
export function outputPadding(info: Sizes): readonly number[] {
  const { strides, pads } = windowOf(info);
  const reached = (axis: number, out: number, filter: number) =>
    strides[axis]! * (out - 1) + filter - pads[axis]! - pads[axis + 2]!;
  return [
    info.inHeight - reached(0, info.outHeight, info.effectiveFilterHeight),
    info.inWidth - reached(1, info.outWidth, info.effectiveFilterWidth),
  ];
}

function backpropInput(kernel: string, depthwise: boolean): Entry {
  type Attrs = ConvAttrs & { inputShape: number[] };
  return entry<tf.Conv2DBackpropInputInputs, Attrs, Transposed>(kernel, {
    unsupported: ({ dy, filter }, attrs) => {
      const info = convInfo(attrs.inputShape, filter.shape, attrs, depthwise);
      const fits = info.outShape.every((size, axis) => size === dy.shape[axis]);
      if (!fits) return 'of a gradient that is not of the output’s shape';
      return floats(dy, filter) ?? stopsShort(windowOf(info));
    },
    outputs: ({ dy }, { inputShape }) => [{ shape: inputShape, dtype: dy.dtype }],
    structure: ({ filter }, attrs) => {
      const info = convInfo(attrs.inputShape, filter.shape, attrs, depthwise);
      return { ...structureOf(info, depthwise), outputPadding: outputPadding(info) };
    },
    numbers: ({ filter }) => (depthwise ? [depthwiseShape(filter.shape)] : []),
    lower: (g, { dy, filter }, structure, [shape]) => {
      const { channelsLast } = structure;
      const image = g.op(
        'ConvTranspose',
        [toChannelsFirst(g, dy, channelsLast), filterOf(g, filter, shape)],
        { ...attributes(structure), output_padding: structure.outputPadding },
      );
      return [fromChannelsFirst(g, image, channelsLast)];
    },
  });
}

/**
 * The filter's gradient is a convolution too: the input is convolved with dy as the filter. Batch and channels swap
 * places, and so do strides and dilations.
 */
function backpropFilter(kernel: string, depthwise: boolean): Entry {
  type Attrs = ConvAttrs & { filterShape: number[] };
  return entry<tf.Conv2DBackpropFilterInputs, Attrs, ConvStructure>(kernel, {
    unsupported: ({ x, dy }, attrs) =>
      floats(x, dy) ?? stopsShort(windowOf(convInfo(x.shape, attrs.filterShape, attrs, depthwise))),
    outputs: ({ x }, { filterShape }) => [{ shape: filterShape, dtype: x.dtype }],
    structure: ({ x }, attrs) =>
      structureOf(convInfo(x.shape, attrs.filterShape, attrs, depthwise), depthwise),
    numbers: ({ x }, attrs) => {
      const [height, width, channels, multiplier] = attrs.filterShape as [number, number, number, number];
      const info = convInfo(x.shape, attrs.filterShape, attrs, depthwise);
      const grouped = [1, info.inChannels * info.batchSize, info.inHeight, info.inWidth];
      return [ints([height, width]), ints(grouped), ints([channels, multiplier, height, width])];
    },
    lower: (g, { x, dy }, structure, [size, grouped, filterShape]) => {
      const { channelsLast, strides, dilations, pads, group } = structure;
      const byChannel = (image: Ref): Ref =>
        g.transpose(toChannelsFirst(g, image, channelsLast), [1, 0, 2, 3]); // [C, N, H, W]
      const input = depthwise ? g.op('Reshape', [byChannel(x), grouped]) : byChannel(x);
      const all = g.op('Conv', [input, byChannel(dy)], {
        strides: dilations,
        dilations: strides,
        pads,
        group,
      });
      const filter = g.op('Slice', [all, g.ints(0, 0), size, g.ints(2, 3)]);
      return [
        depthwise
          ? g.transpose(g.op('Reshape', [filter, filterShape]), [2, 3, 0, 1])
          : g.transpose(filter, [2, 3, 0, 1]), // [I, O, H, W] as [H, W, I, O]
      ];
    },
  });
}

export const convolutions: readonly Entry[] = [
  forward(tf.Conv2D, false),
  forward(tf.DepthwiseConv2dNative, true),
  fusedForward(tf.FusedConv2D, false),
  fusedForward(tf.FusedDepthwiseConv2D, true),
  backpropInput(tf.Conv2DBackpropInput, false),
  backpropInput(tf.DepthwiseConv2dNativeBackpropInput, true),
  backpropFilter(tf.Conv2DBackpropFilter, false),
  backpropFilter(tf.DepthwiseConv2dNativeBackpropFilter, true),
];
