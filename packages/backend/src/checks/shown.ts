import { Tensor, Variable } from '@tensorflow/tfjs-core';

/** Errors list the elements of an array up to this length. */
export const LONGEST = 8;

/** A given value as errors print it: `'0.1'`, `[1, 2]`, `a Tensor`. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) {
    return value.length <= LONGEST
      ? `[${Array.from(value, shown).join(', ')}]`
      : `an array of ${value.length} elements`;
  }
  if (value instanceof Tensor) {
    const name = value instanceof Variable ? 'tf.Variable' : 'Tensor';
    return value.isDisposed ? `a disposed ${name}` : `a ${name}`;
  }
  const { name } = value.constructor ?? Object;
  return name === 'Object' ? 'an object' : `a ${name}`;
}
