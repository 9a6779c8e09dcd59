import * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { addToRows, inDouble } from './add-to-rows.ts';
import { refuseNegative, refuseOutside } from './indices.ts';
import { type Entry, entry, ints, type TensorType } from './kernel-lowering.ts';
import { asShapedTensor } from './shape-checks.ts';

interface Gather {
  readonly axis: number;
  readonly batchDims: number;
}

/** Checks the shapes by tfjs's own function, and returns the shape of the result. */
function gathered(x: TensorType, indices: TensorType, { axis, batchDims = 0 }: tf.GatherV2Attrs) {
  const positiveAxis = tf.util.parseAxisParam(axis, [...x.shape])[0]!;
  const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(
    asShapedTensor(x),
    asShapedTensor(indices),
    positiveAxis,
    batchDims,
  );
  const dims = batchDims < 0 ? batchDims + indices.shape.length : batchDims;
  return { shape: info.outputShape, structure: { axis: positiveAxis, batchDims: dims } };
}

/** Gathers along `axis`. Each place in the first `batchDims` axes has its own indices. */
function batchGather(g: GraphBuilder, x: Ref, indices: Ref, { axis, batchDims }: Gather): Ref {
  // GatherND gathers along the first axis after the batch axes, so `axis` is moved there. Afterwards the axes in
  // between move back to their places after the batch axes.
  const between = range(batchDims, axis);
  const gathered = g.op(
    'GatherND',
    [
      g.transpose(x, [...range(0, batchDims), axis, ...between, ...range(axis + 1, x.rank)]),
      g.op('Unsqueeze', [g.cast(indices, 'int64'), g.ints(-1)]),
    ],
    { batch_dims: batchDims },
    { type: x.type, rank: x.rank + indices.rank - batchDims - 1 },
  );
  const fromIndices = range(batchDims, indices.rank);
  const passed = range(indices.rank, indices.rank + between.length);
  const rest = range(indices.rank + between.length, gathered.rank);
  return g.transpose(gathered, [...range(0, batchDims), ...passed, ...fromIndices, ...rest]);
}

function range(begin: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - begin) }, (_, i) => begin + i);
}

const scattered = (indices: TensorType, updates: TensorType, shape: number[]) =>
  tf.backend_util.calculateShapes(asShapedTensor(updates), asShapedTensor(indices), shape);

export const gather: readonly Entry[] = [
  entry<tf.GatherV2Inputs, tf.GatherV2Attrs, Gather>(tf.GatherV2, {
    outputs: ({ x, indices }, attrs) => [{ shape: gathered(x, indices, attrs).shape, dtype: x.dtype }],
    structure: ({ x, indices }, attrs) => gathered(x, indices, attrs).structure,
    places: ({ x }, { axis }) => ({ indices: x.shape[tf.util.parseAxisParam(axis, [...x.shape])[0]!]! }),
    lower: (g, { x, indices }, structure) => {
      const positions = refuseNegative(g, indices.type === 'int32' ? indices : g.cast(indices, 'int32'));
      return [
        structure.batchDims > 0
          ? batchGather(g, x, positions, structure)
          : g.op('Gather', [x, positions], { axis: structure.axis }),
      ];
    },
  }),
  entry<tf.GatherNdInputs, object, { depth: number }>(tf.GatherNd, {
    unsupported: ({ params, indices }) =>
      params.shape.includes(0) || indices.shape.includes(0) ? 'of nothing' : undefined,
    outputs: ({ params, indices }) => {
      const [shape] = tf.backend_util.prepareAndValidate(asShapedTensor(params), asShapedTensor(indices));
      return [{ shape, dtype: params.dtype }];
    },
    structure: ({ indices }) => ({ depth: indices.shape.at(-1)! }),
    lower: (g, { params, indices }, { depth }) => [
      g.op(
        'GatherND',
        [params, refuseNegative(g, g.cast(indices, 'int64'))],
        {},
        {
          type: params.type,
          rank: indices.rank - 1 + params.rank - depth,
        },
      ),
    ],
  }),
  entry<tf.ScatterNdInputs, tf.ScatterNdAttrs, { double: boolean }>(tf.ScatterNd, {
    unsupported: ({ indices, updates }) =>
      indices.shape.length === 0 || updates.shape.length === 0 ? 'of a scalar' : undefined,
    outputs: ({ updates }, { shape }) => [{ shape, dtype: updates.dtype }],
    structure: ({ indices, updates }, { shape }) => {
      const { numUpdates, sliceSize, outputSize } = scattered(indices, updates, shape);
      return { double: inDouble(updates.dtype, numUpdates, outputSize / sliceSize) };
    },
    numbers: ({ indices, updates }, { shape }) => {
      const { sliceRank, numUpdates, sliceSize, strides, outputSize } = scattered(indices, updates, shape);
      return [
        ints([numUpdates, sliceRank]),
        ints(strides.slice(0, sliceRank)),
        ints([numUpdates, sliceSize]),
        ints([outputSize / sliceSize, sliceSize]),
        ints(shape),
        ints(shape.slice(0, sliceRank)),
      ];
    },
    lower: (
      g,
      { indices, updates },
      { double },
      [indicesShape, strides, updatesShape, rowsShape, shape, sizes],
    ) => {
      const given = g.op('Reshape', [g.cast(indices, 'int64'), indicesShape]);
      const places = refuseOutside(g, given, sizes!);
      const rows = g.reduce('ReduceSum', g.op('Mul', [places, strides]), [1]); // [U]
      const flat = g.op('Reshape', [updates, updatesShape]); // [U, slice]
      return [g.op('Reshape', [addToRows(g, rowsShape!, rows, flat, double), shape])];
    },
  }),
  entry<tf.TensorScatterUpdateInputs>(tf.TensorScatterUpdate, {
    unsupported: ({ tensor, indices }) =>
      tensor.shape.length === 0 || indices.shape.length === 0 ? 'of a scalar' : undefined,
    outputs: ({ tensor }) => [{ shape: tensor.shape, dtype: tensor.dtype }],
    lower: (g, { tensor, indices, updates }) => [
      g.op('ScatterND', [tensor, refuseNegative(g, g.cast(indices, 'int64')), updates]),
    ],
  }),
  entry<tf.OneHotInputs, tf.OneHotAttrs, { on: number; off: number; dtype: 'float32' | 'int32' | 'bool' }>(
    tf.OneHot,
    {
      outputs: ({ indices }, { depth, dtype }) => [
        { shape: [...indices.shape, depth], dtype: dtype ?? 'int32' },
      ],
      structure: (_, { onValue, offValue, dtype }) => ({
        on: onValue,
        off: offValue,
        dtype: (dtype as 'int32') ?? 'int32',
      }),
      numbers: (_, { depth }) => [{ type: 'int64', values: [depth], rank: 0 }],
      lower: (g, { indices }, { on, off, dtype }, [depth]) => {
        const classes = g.op('Range', [g.constant(0, 'int64'), depth, g.constant(1, 'int64')]);
        const chosen = g.op('Equal', [g.op('Unsqueeze', [g.cast(indices, 'int64'), g.ints(-1)]), classes]);
        const [onRef, offRef] = [on, off].map((value) => g.cast(g.constant(value), dtype));
        return [g.op('Where', [chosen, onRef, offRef])];
      },
    },
  ),
  entry<tf.SparseToDenseInputs, tf.SparseToDenseAttrs>(tf.SparseToDense, {
    unsupported: ({ sparseIndices }, { outputShape }) =>
      sparseIndices.shape.includes(0) || outputShape.length === 0 ? 'of nothing' : undefined,
    outputs: ({ sparseValues }, { outputShape }) => [{ shape: outputShape, dtype: sparseValues.dtype }],
    numbers: ({ sparseIndices: { shape } }, { outputShape }) => {
      const count = shape.length === 0 ? 1 : shape[0]!;
      return [ints(outputShape), ints([count, outputShape.length]), ints([count])];
    },
    lower: (g, { sparseIndices, sparseValues, defaultValue }, _, [shape, places, count]) => {
      const indices = refuseNegative(g, g.op('Reshape', [g.cast(sparseIndices, 'int64'), places]));
      const values = g.op('Expand', [sparseValues, count]);
      return [g.op('ScatterND', [g.op('Expand', [defaultValue, shape]), indices, values])];
    },
  }),
  entry<tf.TopKInputs, tf.TopKAttrs>(tf.TopK, {
    unsupported: ({ x }) => (x.shape.includes(0) ? 'of nothing' : undefined),
    outputs: ({ x }, { k }) => {
      const shape = [...x.shape.slice(0, -1), k];
      return [
        { shape, dtype: x.dtype },
        { shape, dtype: 'int32' },
      ];
    },
    numbers: (_, { k }) => [ints([k])],
    lower: (g, { x }, _, [k]) => {
      const [values, indices] = g.ops('TopK', [x, k]);
      return [values!, g.cast(indices!, 'int32')];
    },
  }),
];
