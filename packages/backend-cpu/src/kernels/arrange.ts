import {
  backend_util,
  Concat,
  Pack,
  Slice,
  SplitV,
  slice_util,
  type Tensor,
  type TensorInfo,
  Transpose,
  Unpack,
  util,
} from '@tensorflow/tfjs-core';
import { sameShape } from '@unroll/backend/checks';
import type { CpuBackend } from '../cpu-backend.ts';
import { BYTES_PER_ELEMENT, isNumeric, type NumericType } from '../tensor-data.ts';
import { type CpuKernel, tfjsKernel } from './cpu-kernel.ts';
import { itemsOf } from './grain.ts';

interface Place {
  readonly pointer: number;
  /** Bytes from one piece to the next */
  readonly step: number;
}

/** Copies `count` pieces of `bytes` bytes each. */
function copyPieces(cpu: CpuBackend, from: Place, to: Place, bytes: number, count: number): void {
  if (bytes === 0) return;
  if (from.step === bytes && to.step === bytes) {
    cpu.wasm.copyPieces(from.pointer, 0, to.pointer, 0, bytes * count, 0, 1);
  } else {
    cpu.parallel(
      'copyPieces',
      [from.pointer, from.step, to.pointer, to.step, bytes],
      count,
      itemsOf(bytes / 4),
    );
  }
}

/** Joins tensors along an axis; `shape` is the shape of the result. */
function join(
  cpu: CpuBackend,
  tensors: readonly TensorInfo[],
  shape: number[],
  axis: number,
): TensorInfo | undefined {
  const { dtype } = tensors[0]!;
  if (!isNumeric(dtype) || tensors.some((tensor) => tensor.dtype !== dtype)) return undefined;
  const y = cpu.output(shape, dtype);
  const count = util.sizeFromShape(shape.slice(0, axis));
  const step = util.sizeFromShape(shape.slice(axis)) * BYTES_PER_ELEMENT[dtype];
  let pointer = y.pointer;
  for (const tensor of tensors) {
    const bytes = (util.sizeFromShape(tensor.shape) / Math.max(1, count)) * BYTES_PER_ELEMENT[dtype];
    copyPieces(cpu, { pointer: cpu.pointer(tensor), step: bytes }, { pointer, step }, bytes, count);
    pointer += bytes;
  }
  return y.info;
}

type TensorList = Record<string, TensorInfo>;

const concat = tfjsKernel<TensorList, { axis: number }>(Concat, (inputs, attrs, cpu) => {
  const tensors = Object.values(inputs);
  const axis = util.parseAxisParam(attrs.axis, tensors[0]!.shape)[0]!;
  const filled = tensors.filter(({ shape }) => util.sizeFromShape(shape) > 0);
  if (filled.length < 2) return undefined;
  const shapes = filled.map(({ shape }) => shape);
  backend_util.assertParamsConsistent(shapes, axis);
  return join(cpu, filled, backend_util.computeOutShape(shapes, axis), axis);
});

const pack = tfjsKernel<TensorList, { axis: number }>(Pack, (inputs, { axis }, cpu) => {
  const tensors = Object.values(inputs);
  const { shape } = tensors[0]!;
  if (axis < 0 || tensors.some((tensor) => !sameShape(tensor.shape, shape))) return undefined;
  return join(cpu, tensors, [...shape.slice(0, axis), tensors.length, ...shape.slice(axis)], axis);
});

/**
 * Elements `begin` to `begin + size` along one axis, and all elements of the others. With `drop`, the axis is removed.
 */
function cut(cpu: CpuBackend, x: TensorInfo, axis: number, begin: number, size: number, drop = false) {
  const dtype = x.dtype as NumericType;
  const inner = util.sizeFromShape(x.shape.slice(axis + 1)) * BYTES_PER_ELEMENT[dtype];
  const shape = [...x.shape.slice(0, axis), ...(drop ? [] : [size]), ...x.shape.slice(axis + 1)];
  const y = cpu.output(shape, dtype);
  const from = { pointer: cpu.pointer(x) + begin * inner, step: x.shape[axis]! * inner };
  const bytes = size * inner;
  copyPieces(
    cpu,
    from,
    { pointer: y.pointer, step: bytes },
    bytes,
    util.sizeFromShape(x.shape.slice(0, axis)),
  );
  return y.info;
}

/** The axes are cut one after another, outermost first; all results but the last are in scratch memory. */
const slice = tfjsKernel<{ x: TensorInfo }, { begin: number[]; size: number[] }>(
  Slice,
  ({ x }, attrs, cpu) => {
    if (!isNumeric(x.dtype)) return undefined;
    const [begin, size] = slice_util.parseSliceParams(x as Tensor, attrs.begin, attrs.size) as [
      number[],
      number[],
    ];
    slice_util.assertParamsValid(x as Tensor, begin, size);
    const partial = x.shape.flatMap((full, axis) => (size[axis] === full ? [] : [axis]));
    if (partial.length === 0 || util.sizeFromShape(size) === 0) return undefined;
    const bytesPerElement = BYTES_PER_ELEMENT[x.dtype];
    const y = cpu.output(size, x.dtype);
    const shape = [...x.shape];
    let from = cpu.pointer(x);
    for (const axis of partial) {
      const inner = util.sizeFromShape(shape.slice(axis + 1)) * bytesPerElement;
      const step = shape[axis]! * inner;
      const bytes = size[axis]! * inner;
      const count = util.sizeFromShape(shape.slice(0, axis));
      const to = axis === partial.at(-1) ? y.pointer : cpu.scratch(count * bytes);
      copyPieces(
        cpu,
        { pointer: from + begin[axis]! * inner, step },
        { pointer: to, step: bytes },
        bytes,
        count,
      );
      shape[axis] = size[axis]!;
      from = to;
    }
    return y.info;
  },
);

const unpack = tfjsKernel<{ value: TensorInfo }, { axis: number }>(Unpack, ({ value }, attrs, cpu) => {
  if (!isNumeric(value.dtype)) return undefined;
  const axis = util.parseAxisParam(attrs.axis, value.shape)[0]!;
  return Array.from({ length: value.shape[axis]! }, (_, i) => cut(cpu, value, axis, i, 1, true));
});

const splitV = tfjsKernel<{ x: TensorInfo }, { numOrSizeSplits: number | number[]; axis: number }>(
  SplitV,
  ({ x }, attrs, cpu) => {
    if (!isNumeric(x.dtype)) return undefined;
    const axis = util.parseAxisParam(attrs.axis, x.shape)[0]!;
    let begin = 0;
    return backend_util.prepareSplitSize(x as Tensor, attrs.numOrSizeSplits, axis).map((size) => {
      const part = cut(cpu, x, axis, begin, size);
      begin += size;
      return part;
    });
  },
);

/**
 * `[A, B, …]` → `[B, A, …]`, and the last two axes of (batches of) matrices; tfjs-backend-cpu does all other
 * permutations.
 */
const transpose = tfjsKernel<{ x: TensorInfo }, { perm: number[] }>(Transpose, ({ x }, { perm }, cpu) => {
  const { shape, dtype } = x;
  const rank = shape.length;
  if (rank < 2 || (dtype !== 'float32' && dtype !== 'int32')) return undefined;
  const swapped = (first: number) =>
    perm.every((from, axis) => from === (axis === first ? first + 1 : axis === first + 1 ? first : axis));
  const outputShape = perm.map((axis) => shape[axis]!);
  if (rank > 2 && swapped(0)) {
    const [a, b] = shape as [number, number];
    const bytes = 4 * util.sizeFromShape(shape.slice(2));
    const y = cpu.output(outputShape, dtype);
    cpu.parallel('swapLeading', [cpu.pointer(x), y.pointer, a, b, bytes], b, itemsOf((a * bytes) / 4));
    return y.info;
  }
  if (swapped(rank - 2)) {
    const [rows, columns] = shape.slice(-2) as [number, number];
    const y = cpu.output(outputShape, dtype);
    const from = cpu.pointer(x);
    const size = rows * columns;
    for (let batch = 0; batch < util.sizeFromShape(shape.slice(0, -2)); batch++) {
      const offset = 4 * batch * size;
      cpu.parallel(
        'transposeMatrix',
        [from + offset, y.pointer + offset, rows, columns],
        Math.ceil(columns / 8),
        itemsOf(8 * rows),
      );
    }
    return y.info;
  }
  return undefined;
});

export const arrangingKernels: readonly CpuKernel[] = [concat, pack, slice, splitV, unpack, transpose];
