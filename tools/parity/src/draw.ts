import { Philox } from '@unroll/backend/operations';

/** The 32-bit FNV-1a hash of a text's UTF-8 bytes. */
function fnv1a(text: string): number {
  return new TextEncoder()
    .encode(text)
    .reduce((hashed, byte) => Math.imul(hashed ^ byte, 0x01000193) >>> 0, 0x811c9dc5);
}

/**
 * Uniform numbers in [low, high), the same as `draw` in python/fixture.py gives for this key: word i of the Philox
 * stream whose seed is the hash of the key.
 */
export function draw(
  key: string,
  size: number,
  [low, high]: readonly [number, number] = [-1, 1],
): Float32Array {
  const random = new Philox(fnv1a(key));
  return Float32Array.from({ length: size }, () => low + (high - low) * random.uniform());
}
