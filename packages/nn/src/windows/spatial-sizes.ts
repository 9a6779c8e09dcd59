import type { Tensor } from '@tensorflow/tfjs-core';
import { checkDtype, kind, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { reach, type WindowedAxis, windowCount } from './axis-windows.ts';

/** A number for each of an image's axes, or one for both. */
export type Pair = number | readonly [height: number, width: number];

const counted = (low: number, axes: number) => {
  const one = kind.whole(low);
  return axes === 1
    ? one
    : kind.either(one, {
        expected: 'two',
        fits: (value) => Array.isArray(value) && value.length === axes && value.every(one.fits),
      });
};

/** The kinds of a size, stride or padding over `axes` axes. */
export const positive = (axes: number) => counted(1, axes);
export const notNegative = (axes: number) => counted(0, axes);

/** The number for each axis, from one number for all or a list with one for each. */
export function forAxes(axes: number, value: Pair): readonly number[] {
  return typeof value === 'number' ? new Array<number>(axes).fill(value) : value;
}

const forms = ['[C, L]', '[C, H, W]'];
const batchForms = ['[N, C, L]', '[N, C, H, W]'];

/**
 * The sizes of an input's axes after the channels.
 *
 * @throws where the input is not float32, has another number of axes (with or without a batch), or an axis without
 *   elements
 */
export function spatialSizes(operation: string, input: Tensor, axes: number): readonly number[] {
  checkDtype(operation, 'input', input, 'float32');
  const { rank, shape } = input;
  if (rank !== axes + 1 && rank !== axes + 2) {
    const expected = `${batchForms[axes - 1]} or ${forms[axes - 1]}`;
    throw new ArgumentError(operation, 'input', `has shape ${shapeText(shape)}; expected ${expected}`);
  }
  const empty = shape.indexOf(0, rank - axes);
  if (empty < 0) return shape.slice(-axes);
  throw new ArgumentError(
    operation,
    'input',
    `has 0 elements in axis ${empty} (shape ${shapeText(shape)}); expected at least 1`,
  );
}

/**
 * The number of windows along each axis.
 *
 * @throws where an axis has no window
 */
export function windowCounts(
  operation: string,
  input: Tensor,
  axes: readonly WindowedAxis[],
  ceilMode = false,
): readonly number[] {
  return axes.map((axis, i) => {
    const count = windowCount(axis, ceilMode);
    if (count > 0) return count;
    const [before, after] = axis.pads;
    const found = before + axis.size + after;
    throw new ArgumentError(
      operation,
      'input',
      `has ${found} elements in axis ${input.rank - axes.length + i}, padding counted (shape ${shapeText(input.shape)}); a window reaches over ${reach(axis)}`,
    );
  });
}
