import * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import {
  type Entry,
  entry,
  type FedNumbers,
  ints,
  type RunNumbers,
  sameAs,
  scalar,
  type TensorType,
} from './kernel-lowering.ts';
import { asShapedTensor } from './shape-checks.ts';
import { isLowerable } from './unary.ts';

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
const listOf = (inputs: object): TensorType[] => Object.values(inputs) as TensorType[];
const refsOf = (inputs: object): Ref[] => Object.values(inputs) as Ref[];

/** A slice over all axes from `begin` to `end`. */
function slice(g: GraphBuilder, x: Ref, [begin, end, steps]: readonly Ref[]): Ref {
  if (x.rank === 0) return x;
  const axes = g.ints(...range(x.rank));
  return g.op('Slice', [x, begin, end, axes, ...(steps ? [steps] : [])]);
}

/** The end of a slice that walks backwards past the first element. An end of −1 would mean the last element. */
const BEFORE_FIRST = -(2 ** 31);

const flip = (g: GraphBuilder, x: Ref, axes: readonly number[]): Ref => {
  if (axes.length === 0) return x;
  const each = (value: number) => g.ints(...axes.map(() => value));
  return g.op('Slice', [x, each(-1), each(BEFORE_FIRST), g.ints(...axes), each(-1)]);
};

function stridedSlice({ shape }: TensorType, attrs: tf.StridedSliceAttrs) {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
  return tf.slice_util.sliceInfo(
    [...shape],
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  );
}

function concatShape(inputs: readonly TensorType[], axis: number): number[] {
  return tf.backend_util.computeOutShape(
    inputs.map(({ shape }) => [...shape]),
    axis,
  );
}

export const arrange: readonly Entry[] = [
  entry<tf.TransposeInputs, tf.TransposeAttrs, readonly number[]>(tf.Transpose, {
    outputs: ({ x }, { perm }) => [{ shape: perm.map((axis) => x.shape[axis]!), dtype: x.dtype }],
    structure: (_, { perm }) => perm,
    lower: (g, { x }, perm) => [g.transpose(x, perm)],
  }),
  entry<tf.SliceInputs, tf.SliceAttrs>(tf.Slice, {
    outputs: ({ x }, { begin, size }) => {
      const [start, shape] = parseSlice(x, begin, size);
      tf.slice_util.assertParamsValid(asShapedTensor(x), start, shape);
      return [{ shape, dtype: x.dtype }];
    },
    numbers: ({ x }, { begin, size }) => {
      const [start, shape] = parseSlice(x, begin, size);
      return [ints(start), ints(start.map((first, axis) => first + shape[axis]!))];
    },
    lower: (g, { x }, _, bounds) => [slice(g, x, bounds)],
  }),
  entry<tf.StridedSliceInputs, tf.StridedSliceAttrs, { strided: boolean }>(tf.StridedSlice, {
    outputs: ({ x }, attrs) => [{ shape: stridedSlice(x, attrs).finalShape, dtype: x.dtype }],
    structure: ({ x }, attrs) => ({ strided: !stridedSlice(x, attrs).isIdentity }),
    numbers: ({ x }, attrs) => {
      const { begin, end, strides, finalShape } = stridedSlice(x, attrs);
      const ends = end.map((last, axis) => (strides[axis]! < 0 && last < 0 ? BEFORE_FIRST : last));
      return [ints(begin), ints(ends), ints(strides), ints(finalShape)];
    },
    lower: (g, { x }, { strided }, [begin, end, strides, shape]) => [
      g.op('Reshape', [strided ? slice(g, x, [begin!, end!, strides!]) : x, shape], { allowzero: 1 }),
    ],
  }),
  entry<tf.ConcatInputs, tf.ConcatAttrs, number>(tf.Concat, {
    outputs: (inputs, { axis }) => {
      const tensors = listOf(inputs);
      const concatAxis = axisOf(axis, tensors[0]!.shape.length);
      tf.backend_util.assertParamsConsistent(
        tensors.map(({ shape }) => [...shape]),
        concatAxis,
      );
      return [{ shape: concatShape(tensors, concatAxis), dtype: tensors[0]!.dtype }];
    },
    structure: (inputs, { axis }) => axisOf(axis, listOf(inputs)[0]!.shape.length),
    lower: (g, inputs, axis) => {
      const refs = refsOf(inputs);
      return [refs.length === 1 ? refs[0]! : g.op('Concat', refs, { axis })];
    },
  }),
  entry<tf.PackInputs, tf.PackAttrs, number>(tf.Pack, {
    outputs: (inputs, { axis }) => {
      const tensors = listOf(inputs);
      const { shape, dtype } = tensors[0]!;
      for (const tensor of tensors) {
        tf.util.assertShapesMatch(
          [...shape],
          [...tensor.shape],
          'All tensors passed to stack must have matching shapes',
        );
        tf.util.assert(dtype === tensor.dtype, () => 'All tensors passed to stack must have matching dtypes');
      }
      return [{ shape: shape.toSpliced(axis, 0, tensors.length), dtype }];
    },
    structure: (_, { axis }) => axis,
    lower: (g, inputs, axis) => {
      const parts = refsOf(inputs).map((x) => g.op('Unsqueeze', [x, g.ints(axis)]));
      return [parts.length === 1 ? parts[0]! : g.op('Concat', parts, { axis })];
    },
  }),
  entry<tf.UnpackInputs, tf.UnpackAttrs, { axis: number; parts: number }>(tf.Unpack, {
    returnsList: true,
    outputs: ({ value }, { axis }) => {
      const at = axisOf(axis, value.shape.length);
      const shape = value.shape.toSpliced(at, 1);
      return range(value.shape[at]!).map(() => ({ shape, dtype: value.dtype }));
    },
    structure: ({ value }, { axis }) => {
      const at = axisOf(axis, value.shape.length);
      return { axis: at, parts: value.shape[at]! };
    },
    lower: (g, { value }, { axis, parts }) =>
      g.split(value, parts, axis).map((part) => g.op('Squeeze', [part, g.ints(axis)])),
  }),
  entry<tf.SplitVInputs, tf.SplitVAttrs, { axis: number; parts: number }>(tf.SplitV, {
    returnsList: true,
    outputs: ({ x }, { numOrSizeSplits, axis }) => {
      const at = axisOf(axis, x.shape.length);
      return splitSizes(x, numOrSizeSplits, at).map((size) => ({
        shape: x.shape.with(at, size),
        dtype: x.dtype,
      }));
    },
    structure: ({ x }, { numOrSizeSplits, axis }) => {
      const at = axisOf(axis, x.shape.length);
      return { axis: at, parts: splitSizes(x, numOrSizeSplits, at).length };
    },
    numbers: ({ x }, { numOrSizeSplits, axis }) => [
      ints(splitSizes(x, numOrSizeSplits, axisOf(axis, x.shape.length))),
    ],
    lower: (g, { x }, { axis, parts }, [sizes]) =>
      g.ops(
        'Split',
        [x, sizes],
        { axis },
        range(parts).map(() => ({ type: x.type, rank: x.rank })),
      ),
  }),
  entry<tf.PadV2Inputs, tf.PadV2Attrs>(tf.PadV2, {
    outputs: ({ x }, { paddings }) => [
      {
        shape: x.shape.map((size, axis) => paddings[axis]![0] + size + paddings[axis]![1]),
        dtype: x.dtype,
      },
    ],
    numbers: (_, { paddings, constantValue }) => [
      ints([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]),
      scalar(constantValue),
    ],
    lower: (g, { x }, _, [paddings, value]) => [
      x.rank === 0 ? x : g.op('Pad', [x, paddings, g.cast(value!, x.type)]),
    ],
  }),
  entry<tf.MirrorPadInputs, tf.MirrorPadAttrs>(tf.MirrorPad, {
    unsupported: (_, { mode }) => (mode === 'reflect' ? undefined : mode),
    outputs: ({ x }, { paddings }) => [
      { shape: x.shape.map((size, axis) => paddings[axis]![0] + size + paddings[axis]![1]), dtype: x.dtype },
    ],
    numbers: (_, { paddings }) => [
      ints([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]),
    ],
    lower: (g, { x }, _, [paddings]) => [g.op('Pad', [x, paddings], { mode: 'reflect' })],
  }),
  entry<tf.TileInputs, tf.TileAttrs>(tf.Tile, {
    outputs: ({ x }, { reps }) => [
      { shape: x.shape.map((size, axis) => size * reps[axis]!), dtype: x.dtype },
    ],
    numbers: (_, { reps }) => [ints(reps)],
    lower: (g, { x }, _, [reps]) => [x.rank === 0 ? x : g.op('Tile', [x, reps])],
  }),
  entry<tf.ReverseInputs, tf.ReverseAttrs, readonly number[]>(tf.Reverse, {
    outputs: ({ x }) => [sameAs(x)],
    structure: ({ x }, { dims }) => tf.util.parseAxisParam(dims, [...x.shape]),
    lower: (g, { x }, axes) => [x.rank === 0 ? x : flip(g, x, axes)],
  }),
  entry<tf.BroadcastToInputs, tf.BroadCastToAttrs>(tf.BroadcastTo, {
    outputs: ({ x }, { shape }) => [{ shape, dtype: x.dtype }],
    numbers: (_, { shape }) => [ints(shape)],
    lower: (g, { x }, _, [shape]) => [g.op('Expand', [x, shape])],
  }),
  entry<object, tf.FillAttrs, { dtype: 'float32' | 'int32' | 'bool' }>(tf.Fill, {
    unsupported: (_, { value, dtype }) =>
      typeof value === 'number' && isLowerable(dtype) ? undefined : 'of strings',
    outputs: (_, { shape, dtype }) => [{ shape, dtype: dtype ?? 'float32' }],
    structure: (_, { dtype }) => ({ dtype: (dtype as 'float32') ?? 'float32' }),
    numbers: (_, { shape, value }) => [scalar(value as number), ints(shape)],
    lower: (g, _inputs, { dtype }, [value, shape]) => [g.op('Expand', [g.cast(value!, dtype), shape])],
  }),
  entry<object, tf.RangeAttrs, { dtype: 'float32' | 'int32' | 'bool'; type: FedNumbers['type'] }>(tf.Range, {
    outputs: (_, attrs) => [{ shape: [rangeOf(attrs).count], dtype: attrs.dtype }],
    structure: (_, attrs) => ({ dtype: attrs.dtype, type: exactType(rangeOf(attrs)) }),
    numbers: (_, attrs) => progressionNumbers(rangeOf(attrs), exactType(rangeOf(attrs))),
    lower: (g, _inputs, { dtype, type }, numbers) => [g.cast(progression(g, numbers, type), dtype)],
  }),
  entry<object, tf.LinSpaceAttrs>(tf.LinSpace, {
    outputs: (_, { num }) => [{ shape: [num], dtype: 'float32' }],
    numbers: (_, { start, stop, num }) =>
      progressionNumbers({ start, step: num === 1 ? 0 : (stop - start) / (num - 1), count: num }),
    lower: (g, _inputs, _structure, numbers) => [progression(g, numbers, 'float32')],
  }),
  entry<tf.SelectInputs, object, { byRow: boolean }>(tf.Select, {
    outputs: ({ t, e }) => [{ shape: t.shape, dtype: tf.upcastType(t.dtype, e.dtype) }],
    structure: ({ condition, t }) => ({ byRow: condition.shape.length === 1 && t.shape.length > 1 }),
    lower: (g, { condition, t, e }, { byRow }) => {
      const rows = byRow
        ? g.op('Unsqueeze', [condition, g.ints(...range(t.rank - 1).map((i) => i + 1))])
        : condition;
      return [g.op('Where', [g.cast(rows, 'bool'), t, g.cast(e, t.type)])];
    },
  }),
  entry<tf.DiagInputs>(tf.Diag, {
    outputs: ({ x }) => [{ shape: [...x.shape, ...x.shape], dtype: x.dtype }],
    numbers: ({ x }) => {
      const size = tf.util.sizeFromShape([...x.shape]);
      return [ints([size, size]), ints([...x.shape, ...x.shape])];
    },
    lower: (g, { x }, _, [square, shape]) => {
      const zeros = g.op('Expand', [g.constant(0, x.type), square]);
      const size = g.op('Gather', [square!, g.constant(0, 'int64')]);
      const rows = g.op('Range', [g.constant(0, 'int64'), size, g.constant(1, 'int64')]);
      const column = g.op('Unsqueeze', [rows, g.ints(1)]);
      const values = g.op('Reshape', [x, g.ints(-1, 1)]);
      const diagonal = g.op('ScatterElements', [zeros, column, values], { axis: 1 });
      return [g.op('Reshape', [diagonal, shape])];
    },
  }),
];

function parseSlice(x: TensorType, begin: number | number[], size: number | number[]): [number[], number[]] {
  const [start, shape] = tf.slice_util.parseSliceParams(asShapedTensor(x), begin, size);
  return [start!, shape!];
}

function splitSizes(x: TensorType, numOrSizeSplits: number | number[], axis: number): number[] {
  return tf.backend_util.prepareSplitSize(asShapedTensor(x), numOrSizeSplits, axis);
}

interface Progression {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/**
 * Counts as tfjs does. A step of 1 walks down where `stop` is below `start`. Any other step away from `stop` gives no
 * element.
 */
function rangeOf({ start, stop, step }: tf.RangeAttrs): Progression {
  const taken = stop < start && step === 1 ? -1 : step;
  const away = start === stop || stop > start !== taken > 0;
  return { start, step: taken, count: away ? 0 : Math.abs(Math.ceil((stop - start) / taken)) };
}

/** Whole numbers stay exact beyond float32's 2²⁴. */
const exactType = ({ start, step }: Progression): FedNumbers['type'] =>
  Number.isInteger(start) && Number.isInteger(step) ? 'int64' : 'float32';

const progressionNumbers = (
  { start, step, count }: Progression,
  type: FedNumbers['type'] = 'float32',
): RunNumbers[] => [
  { type, values: [start], rank: 0 },
  { type, values: [step], rank: 0 },
  { type: 'int64', values: [count], rank: 0 },
];

/** start, start + step, start + 2·step, … */
function progression(g: GraphBuilder, [start, step, count]: readonly Ref[], type: FedNumbers['type']): Ref {
  const places = g.op('Range', [g.constant(0, 'int64'), count, g.constant(1, 'int64')]);
  return g.op('Add', [g.op('Mul', [g.cast(places, type), step]), start]);
}
