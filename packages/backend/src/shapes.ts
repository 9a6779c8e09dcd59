import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';

const shown = (shape: readonly (number | undefined)[]): string =>
  `[${shape.map((n) => n ?? '*').join(', ')}]`;

/** Throws unless `tensor` has the expected shape; `undefined` in it stands for any size. */
export function checkShape(
  operation: string,
  name: string,
  tensor: TensorInfo,
  expected: readonly (number | undefined)[],
): void {
  const fits =
    tensor.shape.length === expected.length &&
    expected.every((size, axis) => size === undefined || size === tensor.shape[axis]);
  if (!fits) {
    throw new Error(
      `${operation}: ${name} has shape ${shown(tensor.shape)}; expected ${expected.length} axes, ${shown(expected)}`,
    );
  }
}

export function checkDtype(operation: string, name: string, tensor: TensorInfo, expected: DataType): void {
  if (tensor.dtype !== expected) {
    throw new Error(`${operation}: ${name} has dtype ${tensor.dtype}; expected ${expected}`);
  }
}
