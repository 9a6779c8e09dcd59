import type { Tensor } from '@tensorflow/tfjs-core';
import { shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/**
 * An axis counted from the first, of one that may be counted from the end.
 *
 * @throws where the input has no such axis
 */
export function axisOf(operation: string, { rank, shape }: Tensor, dim: number): number {
  if (dim >= -rank && dim < rank) return dim < 0 ? dim + rank : dim;
  throw new ArgumentError(
    operation,
    'dim',
    `is ${dim}; an input of shape ${shapeText(shape)} has axes ${-rank}…${rank - 1}`,
  );
}
