import { type DataType, Tensor } from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, checkFeatures, checkSteps, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** The axes of an input before the last, which holds the features: `['L', 'N']` for `[L, N, inputSize]`. */
export type Layout = readonly ('L' | 'N')[];

/** Throws unless `input` is a float32 tensor in one of the layouts, with `inputSize` features and at least one step. */
export function checkInput(
  operation: string,
  input: unknown,
  layouts: readonly Layout[],
  inputSize: number,
  argument = 'input',
): asserts input is Tensor {
  checkTensor(operation, argument, input);
  const { shape, rank } = input;
  const layout = layouts.find((axes) => axes.length + 1 === rank);
  if (!layout) {
    const expected = layouts.map((axes) => shapeText([...axes, 'inputSize'])).join(' or ');
    throw new ArgumentError(
      operation,
      argument,
      `has ${rank} ${rank === 1 ? 'axis' : 'axes'} (shape ${shapeText(shape)}); expected ${expected}`,
    );
  }
  checkDtype(operation, argument, input, 'float32');
  checkFeatures(operation, argument, input, 'inputSize', inputSize);
  checkSteps(operation, argument, input, layout.indexOf('L'));
}

/**
 * Throws unless a state is absent or a tensor of the expected shape and dtype.
 *
 * @param axes the names of the axes for the message: `['D·numLayers', 'N', 'H']`
 */
export function checkState(
  operation: string,
  argument: string,
  state: unknown,
  expected: readonly number[],
  axes: readonly string[],
  dtype: DataType = 'float32',
): asserts state is Tensor | undefined {
  if (state === undefined) return;
  checkTensor(operation, argument, state);
  checkExactShape(operation, argument, state, expected, `, ${shapeText(axes)}`);
  checkDtype(operation, argument, state, dtype);
}

function checkTensor(operation: string, argument: string, value: unknown): asserts value is Tensor {
  if (value instanceof Tensor) return;
  throw new ArgumentError(
    operation,
    argument,
    `is ${value === null ? 'null' : typeof value}; expected a tensor`,
  );
}
