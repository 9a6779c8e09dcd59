import { Tensor } from '@tensorflow/tfjs-core';
import { shapeText } from '../shape-text.ts';

/** The axes of an input but the last, which has the features: `['L', 'N']` for `[L, N, inputSize]`. */
export type Layout = readonly ('L' | 'N')[];

/** Throws unless `input` is a float32 tensor in one of the layouts, with `inputSize` features and at least one step. */
export function checkInput(
  operation: string,
  input: unknown,
  layouts: readonly Layout[],
  inputSize: number,
  argument = 'input',
): asserts input is Tensor {
  if (!(input instanceof Tensor)) {
    throw new Error(
      `${operation}: ${argument} is ${input === null ? 'null' : typeof input}; expected a tensor`,
    );
  }
  const { shape, rank, dtype } = input;
  const layout = layouts.find((axes) => axes.length + 1 === rank);
  if (!layout) {
    const expected = layouts.map((axes) => `[${[...axes, 'inputSize'].join(', ')}]`).join(' or ');
    throw new Error(
      `${operation}: ${argument} has ${rank} ${rank === 1 ? 'axis' : 'axes'} (shape ${shapeText(shape)}); expected ${expected}`,
    );
  }
  if (dtype !== 'float32') throw new Error(`${operation}: ${argument} has dtype ${dtype}; expected float32`);
  const features = shape[rank - 1]!;
  if (features !== inputSize) {
    throw new Error(
      `${operation}: ${argument} has ${features} features in its last axis (shape ${shapeText(shape)}); inputSize is ${inputSize}`,
    );
  }
  if (layout.includes('L') && shape[layout.indexOf('L')] === 0) {
    throw new Error(`${operation}: ${argument} has 0 steps (shape ${shapeText(shape)}); expected at least 1`);
  }
}

/**
 * Throws unless a state, where there is one, is a float32 tensor of the expected shape.
 *
 * @param axes what the axes are, as the message explains them: `['D·numLayers', 'N', 'H']`
 */
export function checkState(
  operation: string,
  argument: string,
  state: unknown,
  expected: readonly number[],
  axes: readonly string[],
): asserts state is Tensor | undefined {
  if (state === undefined) return;
  if (!(state instanceof Tensor)) {
    throw new Error(
      `${operation}: ${argument} is ${state === null ? 'null' : typeof state}; expected a tensor`,
    );
  }
  if (shapeText(state.shape) !== shapeText(expected)) {
    throw new Error(
      `${operation}: ${argument} has shape ${shapeText(state.shape)}; expected ${shapeText(expected)}, [${axes.join(', ')}]`,
    );
  }
  if (state.dtype !== 'float32') {
    throw new Error(`${operation}: ${argument} has dtype ${state.dtype}; expected float32`);
  }
}
