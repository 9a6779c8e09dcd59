import { shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** The dtypes of batches. */
export type NumberDtype = 'int32' | 'float32';

/** An array of zeros for a tensor of the dtype. */
export const numbersFor = (dtype: NumberDtype, length: number): Int32Array | Float32Array =>
  dtype === 'int32' ? new Int32Array(length) : new Float32Array(length);

/**
 * Writes a number from user data into an array.
 *
 * @param name the number's name in errors
 * @throws when it is not a number, for int32 not a whole number of 32 bits, or for float32 a number that would become
 *   infinite
 */
export function putNumber(
  owner: string,
  target: Int32Array | Float32Array,
  at: number,
  value: number | undefined,
  name: () => string,
): void {
  const isWhole = target instanceof Int32Array;
  target[at] = value as number;
  const held = target[at];
  if (
    isWhole ? held === value : typeof value === 'number' && Number.isFinite(held) === Number.isFinite(value)
  )
    return;
  const expected = isWhole
    ? `a whole number of 32 bits${Number.isFinite(value) ? ", or the option dtype: 'float32'" : ''}`
    : 'a number that float32 can hold';
  throw new ArgumentError(owner, 'elements', undefined, {
    sentence: `${name()} is ${shown(value)}; expected ${expected}`,
  });
}
