import * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { zeros } from './add-to-rows.ts';
import {
  fromChannelsFirst,
  outputPadding,
  stopsShort,
  toChannelsFirst,
  type Window,
  windowOf,
} from './convolution.ts';
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

/** ONNX requires paddings to be smaller than the window. */
const misplaced = (x: TensorType, attrs: PoolAttrs): string | undefined => {
  const structure = poolStructure(x, attrs);
  const { pads, kernelShape } = structure;
  return pads.some((pad, i) => pad >= kernelShape[i % 2]!)
    ? 'with paddings as wide as the window'
    : stopsShort(structure);
};

const pool = (kernel: string, lower: (g: GraphBuilder, x: Ref, structure: Pool) => Ref): Entry =>
  entry<tf.MaxPoolInputs, PoolAttrs, Pool>(kernel, {
    unsupported: ({ x }, attrs) => floats(x) ?? misplaced(x, attrs),
    outputs: ({ x }, attrs) => [{ shape: poolInfo(x, attrs).outShape, dtype: x.dtype }],
    structure: ({ x }, attrs) => poolStructure(x, attrs),
    lower: (g, { x }, structure) => [fromChannelsFirst(g, lower(g, toChannelsFirst(g, x), structure))],
  });

/** In tfjs, NaN is never the largest element. */
const withoutNaN = (g: GraphBuilder, x: Ref): Ref =>
  g.op('Where', [g.op('IsNaN', [x]), g.constant(Number.NEGATIVE_INFINITY), x]);

const averagePool = pool(tf.AvgPool, (g, x, structure) =>
  g.op('AveragePool', [x], attributes(structure), image),
);

const maxPool = pool(tf.MaxPool, (g, x, structure) =>
  g.op('MaxPool', [withoutNaN(g, x)], attributes(structure), image),
);

/** float32's largest number */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

const flat = (g: GraphBuilder, x: Ref): Ref => g.op('Reshape', [x, g.ints(-1)]);

/**
 * The gradient of each window goes to the place of its largest element. Where that element is −∞, the gradient is
 * lost, as in tfjs.
 */
const maxPoolGrad = entry<tf.MaxPoolGradInputs, PoolAttrs, Pool>(tf.MaxPoolGrad, {
  unsupported: ({ dy, input }, attrs) => floats(dy, input) ?? misplaced(input, attrs),
  outputs: ({ input }) => [{ shape: input.shape, dtype: input.dtype }],
  structure: ({ input }, attrs) => poolStructure(input, attrs),
  numbers: ({ input: { shape } }) => {
    const [rows, height, width, channels] = shape as [number, number, number, number];
    return [ints([rows * height * width * channels]), ints([rows, channels, height, width])];
  },
  lower: (g, { dy, input }, structure, [size, shape]) => {
    const x = withoutNaN(g, toChannelsFirst(g, input));
    const [largest, places] = g.ops('MaxPool', [x], attributes(structure), [
      image,
      { type: 'int64', rank: 4 },
    ]);
    const none = g.op('Less', [largest, g.constant(-LARGEST)]);
    const updates = g.op('Where', [none, g.constant(0), toChannelsFirst(g, dy)]);
    const sums = g.op('ScatterElements', [zeros(g, size!), flat(g, places!), flat(g, updates)], {
      axis: 0,
      reduction: 'add',
    });
    return [fromChannelsFirst(g, g.op('Reshape', [sums, shape]))];
  },
});

const roundedDown = ({ filterSize, strides, pad }: PoolAttrs): PoolAttrs => ({ filterSize, strides, pad });

interface Spread extends Pool {
  readonly outputPadding: readonly number[];
  readonly channels: number;
}

/**
 * The gradient of each window is spread equally over its elements, including those in the padding, as in tfjs. As in
 * tfjs, the number of windows is rounded down here.
 */
const avgPoolGrad = entry<tf.AvgPoolGradInputs, PoolAttrs, Spread>(tf.AvgPoolGrad, {
  unsupported: ({ dy, input }, attrs) => {
    const { outShape } = poolInfo(input, roundedDown(attrs));
    return outShape.every((length, axis) => length === dy.shape[axis])
      ? (floats(dy, input) ?? stopsShort(poolStructure(input, roundedDown(attrs))))
      : 'of a gradient that is not of the output’s shape';
  },
  outputs: ({ input }) => [{ shape: input.shape, dtype: input.dtype }],
  structure: ({ input }, attrs) => {
    const info = poolInfo(input, roundedDown(attrs));
    return {
      ...poolStructure(input, roundedDown(attrs)),
      outputPadding: outputPadding(info),
      channels: info.inChannels,
    };
  },
  lower: (g, { dy }, structure) => {
    const { kernelShape, channels } = structure;
    const window = g.ints(channels, 1, ...kernelShape);
    const parts = g.op('Expand', [g.constant(1 / (kernelShape[0]! * kernelShape[1]!)), window]);
    const spread = g.op('ConvTranspose', [toChannelsFirst(g, dy), parts], {
      ...attributes(structure),
      group: channels,
      output_padding: structure.outputPadding,
    });
    return [fromChannelsFirst(g, spread)];
  },
});

export const pooling: readonly Entry[] = [averagePool, maxPool, avgPoolGrad, maxPoolGrad];
