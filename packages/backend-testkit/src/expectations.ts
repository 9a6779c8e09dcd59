import { messageOf, shapeText } from '@unroll/backend/checks';
import { distance } from './distance.ts';
import type { HostTensor, HostTensors } from './host-tensor.ts';

/*
 * Expectations of checks without a test framework. Each function throws an Error whose message says what differs.
 */

/**
 * Throws unless both have the same names, shapes and dtypes, and NaN and infinities in the same places. All other
 * elements may differ by at most `tolerance`. If the largest expected magnitude of a tensor is more than 1, it
 * multiplies the tolerance, because the rounding error of a sum grows with its terms.
 */
export function expectClose(actual: HostTensors, expected: HostTensors, tolerance: number): void {
  expectEqual(
    'names of outputs',
    Object.keys(actual).sort().join(', '),
    Object.keys(expected).sort().join(', '),
  );
  for (const [name, tensor] of Object.entries(expected)) {
    expectTensorClose(name, actual[name]!, tensor, tolerance);
  }
}

function expectTensorClose(name: string, actual: HostTensor, expected: HostTensor, tolerance: number): void {
  expectEqual(`shape of ${name}`, shapeText(actual.shape), shapeText(expected.shape));
  expectEqual(`dtype of ${name}`, actual.dtype, expected.dtype);
  const allowed = tolerance * Math.max(1, largestMagnitude(expected.values));
  let worst = -1;
  let worstDifference = allowed;
  for (let i = 0; i < expected.values.length; i++) {
    const difference = distance(actual.values[i]!, expected.values[i]!);
    if (difference > worstDifference) {
      worst = i;
      worstDifference = difference;
    }
  }
  if (worst < 0) return;
  throw new Error(
    `${name} ${shapeText(expected.shape)}: element ${worst} is ${actual.values[worst]}; expected ` +
      `${expected.values[worst]}, give or take ${allowed.toPrecision(3)}`,
  );
}

function largestMagnitude(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]!);
    if (magnitude > largest && Number.isFinite(magnitude)) largest = magnitude;
  }
  return largest;
}

export function expectEqual<T extends string | number | boolean>(what: string, actual: T, expected: T): void {
  if (!Object.is(actual, expected)) {
    throw new Error(`${what}: ${JSON.stringify(actual)}; expected ${JSON.stringify(expected)}`);
  }
}

/** Throws unless `action` throws an Error whose message contains all of `parts`. */
export function expectThrows(action: () => unknown, parts: readonly string[]): void {
  let message: string;
  try {
    action();
  } catch (error) {
    message = messageOf(error);
    const missing = parts.filter((part) => !message.includes(part));
    if (missing.length === 0) return;
    throw new Error(
      `the error says ${JSON.stringify(message)}; expected it to name ${missing.join(' and ')}`,
    );
  }
  throw new Error(`nothing was thrown; expected an error that names ${parts.join(' and ')}`);
}
