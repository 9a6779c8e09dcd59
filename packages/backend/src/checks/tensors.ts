import { type DataType, Tensor, type TensorInfo, type Variable } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../errors/argument-error.ts';
import { disposedFault } from './disposal.ts';
import { required, variable } from './kinds.ts';
import { checkValue } from './options.ts';
import { sameShape } from './same-shape.ts';
import { shapeText } from './shape-text.ts';
import { shown } from './shown.ts';

/** Throws unless `tensor` has the expected axes; `undefined` allows any size of an axis. */
export function checkShape(
  operation: string,
  name: string,
  tensor: TensorInfo | undefined,
  expected: readonly (number | undefined)[],
): void {
  checkTensor(operation, name, tensor);
  const { shape } = tensor;
  const fits =
    shape.length === expected.length &&
    expected.every((size, axis) => size === undefined || size === shape[axis]);
  if (fits) return;
  throw wrongShape(operation, name, tensor, `${expected.length} axes, ${shapeText(expected)}`);
}

/**
 * Throws unless `tensor` has exactly the expected shape.
 *
 * @param meaning the words of the error after the expected shape: `, a factor for each class`
 */
export function checkExactShape(
  operation: string,
  name: string,
  tensor: TensorInfo,
  expected: readonly number[],
  meaning = '',
): void {
  checkTensor(operation, name, tensor);
  if (sameShape(tensor.shape, expected)) return;
  throw wrongShape(operation, name, tensor, shapeText(expected) + meaning);
}

/**
 * Throws unless `tensor` has `rank` axes.
 *
 * @param meaning the words of the error after the number of axes: `, [numEmbeddings, embeddingDim]`
 */
export function checkRank(
  operation: string,
  name: string,
  tensor: TensorInfo,
  rank: number,
  meaning = '',
): void {
  checkTensor(operation, name, tensor);
  if (tensor.shape.length === rank) return;
  throw wrongShape(operation, name, tensor, `${rank} axes${meaning}`);
}

/** Throws if `tensor` has fewer than `rank` axes. */
export function checkRankAtLeast(operation: string, name: string, tensor: TensorInfo, rank: number): void {
  checkTensor(operation, name, tensor);
  if (tensor.shape.length >= rank) return;
  throw wrongShape(operation, name, tensor, `at least ${rank} axes`);
}

function wrongShape(operation: string, name: string, { shape }: TensorInfo, expected: string): Error {
  return new ArgumentError(operation, name, `has shape ${shapeText(shape)}; expected ${expected}`);
}

/** Throws unless the size of the last axis is the value of the option `sizeName`. */
export function checkFeatures(
  operation: string,
  name: string,
  tensor: TensorInfo,
  sizeName: string,
  size: number,
): void {
  checkTensor(operation, name, tensor);
  const { shape } = tensor;
  const features = shape.at(-1);
  if (features === size) return;
  throw new ArgumentError(
    operation,
    name,
    `has ${features ?? 'no'} features in its last axis (shape ${shapeText(shape)}); ${sizeName} is ${size}`,
  );
}

/** Throws if a sequence has no steps; `axis` is the time axis. */
export function checkSteps(operation: string, name: string, tensor: TensorInfo, axis: number): void {
  checkTensor(operation, name, tensor);
  const { shape } = tensor;
  if (shape[axis] !== 0) return;
  throw new ArgumentError(operation, name, `has 0 steps (shape ${shapeText(shape)}); expected at least 1`);
}

export function checkDtype(
  operation: string,
  name: string,
  tensor: TensorInfo | undefined,
  expected: DataType,
): void {
  checkTensor(operation, name, tensor);
  if (tensor.dtype !== expected) {
    throw new ArgumentError(operation, name, `has dtype ${tensor.dtype}; expected ${expected}`);
  }
}

/** Throws unless `value` is a variable. */
export function checkVariable(operation: string, name: string, value: unknown): asserts value is Variable {
  checkValue(operation, name, value, required(variable));
}

function checkTensor(operation: string, name: string, tensor: unknown): asserts tensor is TensorInfo {
  if (tensor instanceof Tensor && tensor.isDisposed) {
    throw new ArgumentError(operation, name, disposedFault(name, tensor));
  }
  if (typeof tensor === 'object' && tensor !== null && 'dataId' in tensor) return;
  throw new ArgumentError(operation, name, `is ${shown(tensor)}; expected a tensor`);
}
