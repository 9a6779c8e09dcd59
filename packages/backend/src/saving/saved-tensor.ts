import { cast, clone, Tensor, tensor, util } from '@tensorflow/tfjs-core';
import { messageOf } from '../checks/message-of.ts';
import { sameShape } from '../checks/same-shape.ts';
import { shown } from '../checks/shown.ts';
import { valuesAtHand } from '../checks/values-at-hand.ts';
import { currentBackend } from '../engine/current-backend.ts';
import { homeOf } from '../engine/tensor-data.ts';

/**
 * A saved tensor of a model or an optimizer: a tensor, or its numbers in row-major order with their shape. Bigints are
 * for int32 variables, because PyTorch saves the corresponding tensors with 64 bits.
 */
export type SavedTensor =
  | Tensor
  | {
      readonly data: Float32Array | Int32Array | BigInt64Array | readonly number[];
      readonly shape: readonly number[];
    };

/** The reason why a saved value cannot be loaded. */
export type SavedTensorFault =
  | { readonly fault: 'shape'; readonly shape: readonly number[] }
  | { readonly fault: 'dtype'; readonly dtype: string }
  | { readonly fault: 'length'; readonly length: number }
  /** `is null; expected a tensor, or its numbers with their shape` */
  | { readonly fault: 'value'; readonly words: string };

/**
 * Checks a saved value completely against the variable that it is for, so that creating the tensor cannot fail
 * afterwards.
 *
 * @returns a function that creates the tensor on the current backend (the caller disposes of it), or the problem
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
  const isInteger = target.dtype === 'int32';
  if (!isNumberList(data) && !(isInteger && isBigList(data)))
    return faulty(`has ${shown(data)} as its data; expected an array of numbers`);
  const size = util.sizeFromShape(target.shape);
  if (data.length !== size) return { fault: 'length', length: data.length };
  if (isBigList(data)) return readIntegers(data, target);
  const wrong = Array.prototype.findIndex.call(data, (element) => typeof element !== 'number');
  if (wrong >= 0) return faulty(`has ${shown(data[wrong])} at ${wrong} of its data; expected a number`);
  const numbers = data as ArrayLike<number>;
  if (isInteger) return readIntegers(numbers, target);
  const values = Float32Array.from(numbers);
  return () => tensor(values, [...target.shape], target.dtype);
}

/** Refuses numbers that int32 cannot represent: fractions, NaN, and numbers that are too large. */
function readIntegers(
  data: ArrayLike<number | bigint>,
  { shape }: Pick<Tensor, 'shape'>,
): (() => Tensor) | SavedTensorFault {
  const values = Int32Array.from<number | bigint>(data, Number);
  const wrong = values.findIndex((value, i) => value !== Number(data[i]));
  if (wrong >= 0)
    return faulty(`has ${data[wrong]} at ${wrong} of its data; expected a number that int32 has`);
  return () => tensor(values, [...shape], 'int32');
}

function readTensor(
  value: Tensor,
  target: Pick<Tensor, 'shape' | 'dtype'>,
): (() => Tensor) | SavedTensorFault {
  if (value.isDisposed) return faulty('is a disposed tensor');
  if (!sameShape(value.shape, target.shape)) return { fault: 'shape', shape: value.shape };
  const isCast = value.dtype === 'float32' && target.dtype === 'int32';
  if (value.dtype !== target.dtype && !isCast) return { fault: 'dtype', dtype: value.dtype };
  const atHand = isCast ? valuesAtHand(value) : undefined;
  if (atHand) return readIntegers(atHand, target);
  if (homeOf(value.dataId) === currentBackend()) return () => (isCast ? cast(value, 'int32') : clone(value));
  // tfjs would move the data at its first use, which fails for backends that read asynchronously.
  try {
    const values = value.dataSync().slice();
    if (isCast) return readIntegers(values, target);
    return () => tensor(values, [...target.shape], target.dtype);
  } catch (error) {
    return faulty(
      `lives on another backend and cannot be read here (${messageOf(error)}); read it there, by await tensor.data()`,
    );
  }
}

const faulty = (words: string): SavedTensorFault => ({ fault: 'value', words });

function isTensor(value: unknown): value is Tensor {
  // A tensor of another copy of TensorFlow.js counts as a tensor; the JSON form of a tensor does not.
  return value instanceof Tensor || typeof (value as Partial<Tensor> | null)?.dataSync === 'function';
}

function isBigList(data: unknown): data is BigInt64Array | BigUint64Array {
  return data instanceof BigInt64Array || data instanceof BigUint64Array;
}

/** Whether the data is an array or a typed array, but not an array of bigints. */
function isNumberList(data: unknown): data is ArrayLike<unknown> {
  if (Array.isArray(data)) return true;
  return ArrayBuffer.isView(data) && !(data instanceof DataView) && !/^Big/.test(data.constructor.name);
}
