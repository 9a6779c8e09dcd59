import { clone, Tensor, tensor, util } from '@tensorflow/tfjs-core';
import { messageOf } from '../checks/message-of.ts';
import { sameShape } from '../checks/same-shape.ts';
import { shown } from '../checks/shown.ts';
import { currentBackend } from '../engine/current-backend.ts';
import { homeOf } from '../engine/tensor-data.ts';

/** A saved tensor of a model or an optimizer: a tensor, or its numbers in row-major order with their shape. */
export type SavedTensor =
  | Tensor
  | { readonly data: Float32Array | readonly number[]; readonly shape: readonly number[] };

/** What keeps a saved value from being taken over. */
export type SavedTensorFault =
  | { readonly fault: 'shape'; readonly shape: readonly number[] }
  | { readonly fault: 'dtype'; readonly dtype: string }
  | { readonly fault: 'length'; readonly length: number }
  /** `is null; expected a tensor, or its numbers with their shape` */
  | { readonly fault: 'value'; readonly words: string };

/**
 * Checks all of a saved value against the variable that is to take it, so that making the tensor cannot fail afterwards.
 *
 * @returns a function that makes the tensor, on the current backend, for the caller to dispose; or what is wrong
 */
export function readSavedTensor(
  value: unknown,
  target: Pick<Tensor, 'shape' | 'dtype'>,
): (() => Tensor) | SavedTensorFault {
  if (isTensor(value)) return readTensor(value, target);
  if (typeof value !== 'object' || value === null || !('data' in value && 'shape' in value)) {
    return faulty(`is ${shown(value)}; expected a tensor, or its numbers with their shape`);
  }
  const { data, shape } = value;
  if (!Array.isArray(shape)) return faulty(`has the shape ${shown(shape)}; expected an array of sizes`);
  if (!sameShape(shape, target.shape)) return { fault: 'shape', shape: Array.from(shape) };
  if (!isNumberList(data)) return faulty(`has ${shown(data)} as its data; expected an array of numbers`);
  const size = util.sizeFromShape(target.shape);
  if (data.length !== size) return { fault: 'length', length: data.length };
  const wrong = Array.prototype.findIndex.call(data, (element) => typeof element !== 'number');
  if (wrong >= 0) return faulty(`has ${shown(data[wrong])} at ${wrong} of its data; expected a number`);
  const numbers = data as ArrayLike<number>;
  const values = target.dtype === 'int32' ? Int32Array.from(numbers) : Float32Array.from(numbers);
  return () => tensor(values, [...target.shape], target.dtype);
}

function readTensor(
  value: Tensor,
  target: Pick<Tensor, 'shape' | 'dtype'>,
): (() => Tensor) | SavedTensorFault {
  if (value.isDisposed) return faulty('is a disposed tensor');
  if (!sameShape(value.shape, target.shape)) return { fault: 'shape', shape: value.shape };
  if (value.dtype !== target.dtype) return { fault: 'dtype', dtype: value.dtype };
  if (homeOf(value.dataId) === currentBackend()) return () => clone(value);
  // tfjs would move it where it is first used, which fails for backends that read asynchronously.
  try {
    const values = value.dataSync().slice();
    return () => tensor(values, [...target.shape], target.dtype);
  } catch (error) {
    return faulty(
      `lives on another backend and cannot be read here (${messageOf(error)}); read it there, by await tensor.data()`,
    );
  }
}

const faulty = (words: string): SavedTensorFault => ({ fault: 'value', words });

function isTensor(value: unknown): value is Tensor {
  // A tensor of another copy of TensorFlow.js is one; what JSON makes of a tensor is none.
  return value instanceof Tensor || typeof (value as Partial<Tensor> | null)?.dataSync === 'function';
}

/** Arrays, and typed arrays except those of bigints. */
function isNumberList(data: unknown): data is ArrayLike<unknown> {
  if (Array.isArray(data)) return true;
  return ArrayBuffer.isView(data) && !(data instanceof DataView) && !/^Big/.test(data.constructor.name);
}
