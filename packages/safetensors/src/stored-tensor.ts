import { inHostOrder } from './byte-order.ts';
import { type ArrayOf, type Dtype, dtypes, type UnsupportedDtype } from './dtypes.ts';

/** A tensor of one dtype: its elements in row-major order, and its shape. */
export interface TensorOf<D extends Dtype> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: ArrayOf[D];
}

/** A tensor as stored in a file; its `dtype` determines the type. */
export type StoredTensor = { [D in Dtype]: TensorOf<D> }[Dtype];

/** A tensor's entry in a file's header. */
export interface TensorInfo {
  readonly dtype: Dtype | UnsupportedDtype;
  readonly shape: readonly number[];
  /** Number of bytes of its elements */
  readonly bytes: number;
}

/** The number of elements of a shape; undefined when it exceeds 2⁵³ − 1. */
export function sizeOf(shape: readonly number[]): number | undefined {
  let size = 1;
  for (const length of shape) {
    size *= length;
    if (!Number.isSafeInteger(size)) return undefined;
  }
  return size;
}

/** A tensor over the bytes of a file: a view when they are aligned to its elements, otherwise over a copy. */
export function tensorOver(dtype: Dtype, shape: readonly number[], bytes: Uint8Array): StoredTensor {
  const { width, array } = dtypes[dtype];
  const ordered = inHostOrder(bytes, width);
  const aligned = ordered.byteOffset % width === 0 ? ordered : ordered.slice();
  const data = new array(aligned.buffer, aligned.byteOffset, aligned.byteLength / width);
  return { dtype, shape, data } as StoredTensor;
}

/** A tensor's elements as the bytes of a file, without a copy. */
export function bytesOf({ dtype, data }: StoredTensor): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return inHostOrder(bytes, dtypes[dtype].width);
}
