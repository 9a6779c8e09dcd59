import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { shown as shownValue } from './shown.ts';

const shown = (shape: readonly (number | undefined)[]): string =>
  `[${shape.map((n) => n ?? '*').join(', ')}]`;

/** Throws unless `tensor` has the expected shape; `undefined` in it stands for any size. */
export function checkShape(
  operation: string,
  name: string,
  tensor: TensorInfo | undefined,
  expected: readonly (number | undefined)[],
): void {
  checkTensor(operation, name, tensor);
  const fits =
    tensor.shape.length === expected.length &&
    expected.every((size, axis) => size === undefined || size === tensor.shape[axis]);
  if (!fits) {
    throw new Error(
      `${operation}: ${name} has shape ${shown(tensor.shape)}; expected ${expected.length} axes, ${shown(expected)}`,
    );
  }
}

export function checkDtype(
  operation: string,
  name: string,
  tensor: TensorInfo | undefined,
  expected: DataType,
): void {
  checkTensor(operation, name, tensor);
  if (tensor.dtype !== expected) {
    throw new Error(`${operation}: ${name} has dtype ${tensor.dtype}; expected ${expected}`);
  }
}

function checkTensor(operation: string, name: string, tensor: unknown): asserts tensor is TensorInfo {
  if (typeof tensor === 'object' && tensor !== null && 'dataId' in tensor) return;
  throw new Error(`${operation}: ${name} is ${shownValue(tensor)}; expected a tensor`);
}
