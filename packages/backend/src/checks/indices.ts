import type { TensorInfo } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../errors/argument-error.ts';
import { shapeText } from './shape-text.ts';
import { checkValues } from './values-at-hand.ts';

/** What indices count. */
export interface IndexRange {
  /** The least; default 0 */
  readonly from?: number;
  /** One more than the largest */
  readonly size: number;
  /** `classes`, `rows` */
  readonly noun: string;
  /** A value that means no index, and what it is called */
  readonly ignored?: { readonly name: string; readonly value: number };
}

/**
 * Checks a tensor of indices, where its values are on the host at no wait (see `HasValuesAtHand`).
 *
 * @returns whether they were; if not, the backend has to check by itself, and may keep the check for the words of its error
 * @throws where a value is outside the range, naming the argument, the place, the value and the range
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

/** ` in row 3` of a list, ` at [1, 2]` of several axes. */
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
