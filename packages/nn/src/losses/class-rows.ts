import { reshape, type Tensor, type Tensor1D, type Tensor2D, transpose, util } from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, checkValue, kind, sameShape, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { reductionKinds } from './reduction.ts';

/** Options of every class loss. */
export interface ClassOptions {
  /** `[C]`, a factor for each class; absent: 1 */
  weight?: Tensor | undefined;
}

/** The kinds of `ClassOptions` and of a reduction. */
export const classKinds = { ...reductionKinds, weight: kind.tensor };

/**
 * The shape of the positions of an input `[N, C, d1, …]` or `[C]`: its shape without the class axis, `[N, d1, …]` or
 * `[]`.
 */
export function positionsOf(shape: readonly number[]): number[] {
  return shape.length === 1 ? [] : shape.filter((_, axis) => axis !== 1);
}

export function classesOf(shape: readonly number[]): number {
  return shape.length === 1 ? shape[0]! : shape[1]!;
}

/** Moves the class axis, which is the second of two or more axes, to the end: `[N·d1·…, C]`. */
export function classRows(input: Tensor): Tensor2D {
  const { shape, rank } = input;
  const classes = classesOf(shape);
  const rows = util.sizeFromShape(positionsOf(shape));
  const last =
    rank <= 2 ? input : transpose(input, [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1]);
  return reshape(last, [rows, classes]);
}

export function checkClassInput(operation: string, input: Tensor): void {
  checkDtype(operation, 'input', input, 'float32');
  if (input.rank === 0) {
    throw new ArgumentError(operation, 'input', `is a scalar; expected shape [C], [N, C] or [N, C, d1, …]`);
  }
}

/** Checks class indices, one for each position of the input. */
export function checkClassIndices(operation: string, input: Tensor, target: Tensor, otherwise = ''): void {
  checkValue(operation, 'target', target, kind.required(kind.tensor));
  const expected = positionsOf(input.shape);
  const suits = `for an input of shape ${shapeText(input.shape)}`;
  if (!sameShape(target.shape, expected)) {
    throw new ArgumentError(
      operation,
      'target',
      `has shape ${shapeText(target.shape)}; expected class indices of shape ${shapeText(expected)}${otherwise} ${suits}`,
    );
  }
  if (target.dtype !== 'int32') {
    throw new ArgumentError(
      operation,
      'target',
      `has dtype ${target.dtype}; expected int32 class indices ${suits}`,
    );
  }
}

export function checkClassWeight(operation: string, weight: Tensor | undefined, classes: number): void {
  if (weight) checkExactShape(operation, 'weight', weight, [classes], ', a factor for each class');
}

/** The target as the kernels take it. */
export const flat = (target: Tensor): Tensor1D => reshape(target, [target.size]);
