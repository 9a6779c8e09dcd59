import type { TensorInfo } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../errors/argument-error.ts';
import { shapeText } from './shape-text.ts';
import { checkValues } from './values-at-hand.ts';

/** The range of an index, and the name of the things that it counts. */
export interface IndexRange {
  /** The smallest valid index; default 0 */
  readonly from?: number;
  /** One more than the largest valid index */
  readonly size: number;
  /** The plural name of the indexed things: `classes`, `rows` */
  readonly noun: string;
  /** A value that is not an index but is allowed, and its name */
  readonly ignored?: { readonly name: string; readonly value: number };
}

/**
 * Checks a tensor of indices if its values are on the host without a wait (see `HasValuesAtHand`).
 *
 * @returns whether the values were checked now. If not, the backend has to check them. It may keep this check for its
 * error message.
 * @throws if a value is outside the range. The error names the argument, the position, the value and the range.
 */
export function checkIndices(
  operation: string,
  argument: string,
  tensor: TensorInfo,
  range: IndexRange,
): boolean {
  const { from = 0, size, ignored } = range;
  const none = ignored?.value ?? Number.NaN;
  const { shape } = tensor;
  return checkValues(tensor, (values) => {
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      if (value === none || (value >= from && value < size && Number.isInteger(value))) continue;
      const place = placeOf(i, shape);
      throw new ArgumentError(operation, argument, `holds ${value}${place}; expected ${rangeInWords(range)}`);
    }
  });
}

function rangeInWords({ from = 0, size, noun, ignored }: IndexRange): string {
  const range = size > from ? `${noun} ${from} to ${size - 1}` : `nothing, as there are no ${noun}`;
  return ignored ? `${range} (or ${ignored.name}, ${ignored.value})` : range;
}

/** The position of an element in an error: ` in row 3` of a list, ` at [1, 2]` of several axes. */
export function placeOf(index: number, shape: readonly number[]): string {
  if (shape.length === 0) return '';
  if (shape.length === 1) return ` in row ${index}`;
  let rest = index;
  const place = shape.toReversed().map((size) => {
    const at = rest % size;
    rest = Math.floor(rest / size);
    return at;
  });
  return ` at ${shapeText(place.toReversed())}`;
}
