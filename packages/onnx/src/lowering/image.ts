import * as tf from '@tensorflow/tfjs-core';
import { type Entry, entry, ints, sameAs, scalar } from './kernel-lowering.ts';

interface Blocks {
  readonly rank: number;
  readonly blocks: number;
}

export const image: readonly Entry[] = [
  entry<tf.FlipLeftRightInputs>(tf.FlipLeftRight, {
    outputs: ({ image: x }) => [sameAs(x)],
    lower: (g, { image: x }) => [g.op('Slice', [x, g.ints(-1), g.ints(-(2 ** 31)), g.ints(2), g.ints(-1)])],
  }),
  entry<tf.DepthToSpaceInputs, tf.DepthToSpaceAttrs>(tf.DepthToSpace, {
    unsupported: (_, { dataFormat }) => (dataFormat === 'NHWC' ? undefined : dataFormat),
    outputs: ({ x }, { blockSize }) => {
      const [rows, height, width, depth] = x.shape as [number, number, number, number];
      const shape = [rows, height * blockSize, width * blockSize, depth / (blockSize * blockSize)];
      return [{ shape, dtype: x.dtype }];
    },
    numbers: ({ x }, { blockSize }) => {
      const [rows, height, width, depth] = x.shape as [number, number, number, number];
      const left = depth / (blockSize * blockSize);
      return [
        ints([rows, height, width, blockSize, blockSize, left]),
        ints([rows, height * blockSize, width * blockSize, left]),
      ];
    },
    lower: (g, { x }, _, [apart, together]) => [
      g.op('Reshape', [g.transpose(g.op('Reshape', [x, apart]), [0, 1, 3, 2, 4, 5]), together]),
    ],
  }),
  entry<tf.BatchToSpaceNDInputs, tf.BatchToSpaceNDAttrs, Blocks>(tf.BatchToSpaceND, {
    outputs: ({ x }, attrs) => [{ shape: batchToSpace(x.shape, attrs).cropped, dtype: x.dtype }],
    structure: ({ x }, { blockShape }) => ({ rank: x.shape.length, blocks: blockShape.length }),
    numbers: ({ x }, attrs) => {
      const { apart, together, begin, end } = batchToSpace(x.shape, attrs);
      return [ints(apart), ints(together), ints(begin), ints(end)];
    },
    lower: (g, { x }, { rank, blocks }, [apart, together, begin, end]) => {
      const perm = tf.backend_util.getPermuted(rank + blocks, blocks);
      const whole = g.op('Reshape', [g.transpose(g.op('Reshape', [x, apart]), perm), together]);
      const axes = Array.from({ length: rank }, (_, axis) => axis);
      return [g.op('Slice', [whole, begin, end, g.ints(...axes)])];
    },
  }),
  entry<tf.SpaceToBatchNDInputs, tf.SpaceToBatchNDAttrs, Blocks>(tf.SpaceToBatchND, {
    outputs: ({ x }, attrs) => [{ shape: spaceToBatch(x.shape, attrs).together, dtype: x.dtype }],
    structure: ({ x }, { blockShape }) => ({ rank: x.shape.length, blocks: blockShape.length }),
    numbers: ({ x }, attrs) => {
      const { pads, apart, together } = spaceToBatch(x.shape, attrs);
      return [ints(pads), ints(apart), ints(together), scalar(0)];
    },
    lower: (g, { x }, { rank, blocks }, [pads, apart, together, zero]) => {
      const padded = g.op('Pad', [x, pads, g.cast(zero!, x.type)]);
      const perm = tf.backend_util.getPermuted(rank + blocks, blocks, false);
      return [g.op('Reshape', [g.transpose(g.op('Reshape', [padded, apart]), perm), together])];
    },
  }),
  entry<tf.FusedBatchNormInputs, tf.FusedBatchNormAttrs, number>(tf.FusedBatchNorm, {
    outputs: ({ x }) => [sameAs(x)],
    structure: (_, { varianceEpsilon }) => varianceEpsilon ?? 0.001,
    lower: (g, inputs, epsilon) => {
      const { x, mean, variance } = inputs;
      const { scale, offset } = inputs as { scale?: typeof x; offset?: typeof x };
      const deviation = g.op('Sqrt', [g.op('Add', [variance, g.constant(epsilon)])]);
      let y = g.op('Div', [g.op('Sub', [x, mean]), deviation]);
      if (scale) y = g.op('Mul', [y, scale]);
      return [offset ? g.op('Add', [y, offset]) : y];
    },
  }),
];

function batchToSpace(shape: readonly number[], { blockShape, crops }: tf.BatchToSpaceNDAttrs) {
  const size = blockShape.reduce((product, block) => product * block, 1);
  const apart = tf.backend_util.getReshaped([...shape], blockShape, size);
  const together = tf.backend_util.getReshapedPermuted([...shape], blockShape, size);
  const first = tf.backend_util.getSliceBeginCoords(crops, blockShape.length);
  const kept = tf.backend_util.getSliceSize(together, crops, blockShape.length);
  const begin = together.map((_, axis) => first[axis] ?? 0);
  const cropped = together.map((length, axis) => kept[axis] ?? length);
  return { apart, together, begin, cropped, end: begin.map((start, axis) => start + cropped[axis]!) };
}

function spaceToBatch(shape: readonly number[], { blockShape, paddings }: tf.SpaceToBatchNDAttrs) {
  const size = blockShape.reduce((product, block) => product * block, 1);
  const before = shape.map((_, axis) => paddings[axis - 1]?.[0] ?? 0);
  const after = shape.map((_, axis) => paddings[axis - 1]?.[1] ?? 0);
  const padded = shape.map((length, axis) => before[axis]! + length + after[axis]!);
  return {
    pads: [...before, ...after],
    apart: tf.backend_util.getReshaped(padded, blockShape, size, false),
    together: tf.backend_util.getReshapedPermuted(padded, blockShape, size, false),
  };
}
