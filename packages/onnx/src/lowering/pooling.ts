import * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { fromChannelsFirst, toChannelsFirst, type Window, windowOf } from './convolution.ts';
import { zeros } from './gather.ts';
import { type Entry, entry, ints, type TensorType } from './kernel-lowering.ts';

interface Pool extends Window {
  readonly kernelShape: readonly number[];
}

type PoolAttrs = Pick<tf.MaxPoolAttrs, 'filterSize' | 'strides' | 'pad'> & {
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
};

function poolInfo({ shape }: TensorType, { filterSize, strides, pad, dimRoundingMode }: PoolAttrs) {
  return tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad as 'valid',
    dimRoundingMode,
  );
}

function poolStructure(x: TensorType, attrs: PoolAttrs): Pool {
  const info = poolInfo(x, attrs);
  return { ...windowOf(info), kernelShape: [info.effectiveFilterHeight, info.effectiveFilterWidth] };
}

const attributes = ({ strides, pads, kernelShape }: Pool) => ({ strides, pads, kernel_shape: kernelShape });

const image = { type: 'float32', rank: 4 } as const;

const floats = (...types: TensorType[]): string | undefined =>
  types.some(({ dtype }) => dtype !== 'float32') ? 'of integers' : undefined;

/** ONNX wants paddings to be smaller than the window. */
const tooWide = (x: TensorType, attrs: PoolAttrs): string | undefined => {
  const { pads, kernelShape } = poolStructure(x, attrs);
  return pads.some((pad, i) => pad >= kernelShape[i % 2]!)
    ? 'with paddings as wide as the window'
    : undefined;
};

const pool = (kernel: string, operator: 'AveragePool' | 'MaxPool'): Entry =>
  entry<tf.MaxPoolInputs, PoolAttrs, Pool>(kernel, {
    unsupported: ({ x }, attrs) => floats(x) ?? tooWide(x, attrs),
    outputs: ({ x }, attrs) => [{ shape: poolInfo(x, attrs).outShape, dtype: x.dtype }],
    structure: ({ x }, attrs) => poolStructure(x, attrs),
    lower: (g, { x }, structure) => [
      fromChannelsFirst(g, g.op(operator, [toChannelsFirst(g, x)], attributes(structure), image)),
    ],
  });

const flat = (g: GraphBuilder, x: Ref): Ref => g.op('Reshape', [x, g.ints(-1)]);

/** Each window's gradient goes to the place of its largest element. */
const maxPoolGrad = entry<tf.MaxPoolGradInputs, PoolAttrs, Pool>(tf.MaxPoolGrad, {
  unsupported: ({ dy, input }, attrs) => floats(dy, input) ?? tooWide(input, attrs),
  outputs: ({ input }) => [{ shape: input.shape, dtype: input.dtype }],
  structure: ({ input }, attrs) => poolStructure(input, attrs),
  numbers: ({ input: { shape } }) => {
    const [rows, height, width, channels] = shape as [number, number, number, number];
    return [ints([rows * height * width * channels]), ints([rows, channels, height, width])];
  },
  lower: (g, { dy, input }, structure, [size, shape]) => {
    const [, places] = g.ops('MaxPool', [toChannelsFirst(g, input)], attributes(structure), [
      image,
      { type: 'int64', rank: 4 },
    ]);
    const updates = flat(g, toChannelsFirst(g, dy));
    const sums = g.op('ScatterElements', [zeros(g, size!), flat(g, places!), updates], {
      axis: 0,
      reduction: 'add',
    });
    return [fromChannelsFirst(g, g.op('Reshape', [sums, shape]))];
  },
});

interface Spread extends Pool {
  readonly outputPadding: readonly number[];
  readonly channels: number;
}

/** Each window's gradient goes to all its elements in equal parts, those in the padding included, as in tfjs. */
const avgPoolGrad = entry<tf.AvgPoolGradInputs, PoolAttrs, Spread>(tf.AvgPoolGrad, {
  unsupported: ({ dy, input }) => floats(dy, input),
  outputs: ({ input }) => [{ shape: input.shape, dtype: input.dtype }],
  structure: ({ input }, attrs) => {
    const info = poolInfo(input, attrs);
    const structure = poolStructure(input, attrs);
    const { strides, pads, kernelShape } = structure;
    const reached = [info.outHeight, info.outWidth].map(
      (out, i) => strides[i]! * (out - 1) + kernelShape[i]! - pads[i]! - pads[i + 2]!,
    );
    const outputPadding = [info.inHeight - reached[0]!, info.inWidth - reached[1]!];
    return { ...structure, outputPadding, channels: info.inChannels };
  },
  lower: (g, { dy }, structure) => {
    const { kernelShape, channels, outputPadding } = structure;
    const window = g.ints(channels, 1, ...kernelShape);
    const parts = g.op('Expand', [g.constant(1 / (kernelShape[0]! * kernelShape[1]!)), window]);
    const spread = g.op('ConvTranspose', [toChannelsFirst(g, dy), parts], {
      ...attributes(structure),
      group: channels,
      output_padding: outputPadding,
    });
    return [fromChannelsFirst(g, spread)];
  },
});

export const pooling: readonly Entry[] = [
  pool(tf.AvgPool, 'AveragePool'),
  pool(tf.MaxPool, 'MaxPool'),
  maxPoolGrad,
  avgPoolGrad,
];
