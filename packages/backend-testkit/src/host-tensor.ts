import { Philox } from '@unroll/backend/operations';

/** A tensor's content on the host, which can be uploaded to and read from every backend. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly values: ArrayLike<number>;
}

export type HostTensors = Readonly<Record<string, HostTensor>>;

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

/** The 32-bit FNV-1a hash of a text's UTF-8 bytes. */
function fnv1a(text: string): number {
  return new TextEncoder()
    .encode(text)
    .reduce((hashed, byte) => Math.imul(hashed ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}

/**
 * A float32 tensor, uniform in [low, high). Element i is word i of the Philox stream whose seed is the hash of the key.
 * The script that writes the PyTorch fixtures draws the same numbers for the same key.
 */
export function draw(
  key: string,
  shape: readonly number[],
  [low, high]: readonly [number, number] = [-1, 1],
): HostTensor {
  const random = new Philox(fnv1a(key));
  const values = Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random.uniform());
  return { shape, dtype: 'float32', values };
}

export function float32(shape: readonly number[], values: readonly number[]): HostTensor {
  return { shape, dtype: 'float32', values: Float32Array.from(values) };
}

export function int32(shape: readonly number[], values: readonly number[]): HostTensor {
  return { shape, dtype: 'int32', values: Int32Array.from(values) };
}
