import type { Tensor } from '@tensorflow/tfjs-core';
import { checkDtype, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/**
 * The axis `dim`, counted from the first axis. `dim` may count from the end.
 *
 * @throws where the input is not float32, or has no such axis
 */
export function axisOf(operation: string, input: Tensor, dim: number): number {
  checkDtype(operation, 'input', input, 'float32');
  const { rank, shape } = input;
  if (dim >= -rank && dim < rank) return dim < 0 ? dim + rank : dim;
  throw new ArgumentError(
    operation,
    'dim',
    `is ${dim}; an input of shape ${shapeText(shape)} has axes ${-rank}…${rank - 1}`,
  );
}
