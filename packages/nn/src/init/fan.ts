import type { Variable } from '@tensorflow/tfjs-core';
import { checkVariable, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** Whether a scale preserves variances forward or backward. */
export type FanMode = 'fan_in' | 'fan_out';

export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * The number of inputs that reach one output of a weight `[out, in, …]`, and the number of outputs that one input
 * reaches. Axes after the second are a receptive field, whose size multiplies both.
 *
 * @throws where the shape has fewer than two axes
 */
export function calculateFans(operation: string, tensor: Variable): Fans {
  checkVariable(operation, 'tensor', tensor);
  const { shape } = tensor;
  const [out, input, ...field] = shape;
  if (out === undefined || input === undefined) {
    throw new ArgumentError(
      operation,
      'tensor',
      `has shape ${shapeText(shape)}; fan in and fan out need at least 2 axes`,
    );
  }
  const fieldSize = field.reduce((product, size) => product * size, 1);
  return { fanIn: input * fieldSize, fanOut: out * fieldSize };
}
