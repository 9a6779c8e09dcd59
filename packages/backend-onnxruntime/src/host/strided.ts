import {
  Slice,
  type SliceAttrs,
  slice_util,
  Transpose,
  type TransposeAttrs,
  util,
} from '@tensorflow/tfjs-core';

/** The places of a tensor's elements in an array: element (i₀, i₁, …) is at offset + Σ iₖ · stridesₖ. */
interface Strided {
  readonly shape: readonly number[];
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Kernels whose results are strided views of their input's array. The input has its elements row by row. */
export const stridedResults: Readonly<Record<string, (shape: readonly number[], attrs: unknown) => Strided>> =
  {
    [Slice]: (shape, attrs) => {
      const { begin, size } = attrs as SliceAttrs;
      const x = { dataId: {}, shape: [...shape], dtype: 'int32' as const };
      const [start = [], sizes = []] = slice_util.parseSliceParams(x, begin, size);
      const strides = rowByRow(shape);
      const offset = strides.reduce((sum, stride, axis) => sum + stride * start[axis]!, 0);
      return { shape: sizes, offset, strides };
    },
    [Transpose]: (shape, attrs) => {
      const { perm } = attrs as TransposeAttrs;
      const strides = rowByRow(shape);
      return {
        shape: perm.map((axis) => shape[axis]!),
        offset: 0,
        strides: perm.map((axis) => strides[axis]!),
      };
    },
  };

const rowByRow = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => util.sizeFromShape(shape.slice(axis + 1)));

/** A strided tensor's elements, row by row. */
export function collect(array: ArrayLike<number>, { shape, offset, strides }: Strided): Int32Array {
  const elements = new Int32Array(util.sizeFromShape([...shape]));
  let count = 0;
  const walk = (axis: number, at: number): void => {
    if (axis === shape.length) elements[count++] = array[at]!;
    else for (let i = 0; i < shape[axis]!; i++) walk(axis + 1, at + i * strides[axis]!);
  };
  walk(0, offset);
  return elements;
}
