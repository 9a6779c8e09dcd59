import type { Value } from './recorded.ts';

/**
 * A hash of a value's elements: equal for equal elements, and hardly ever equal for others (64 bits, by FNV-1a of
 * every other word).
 */
export function digest({ dtype, shape, elements }: Value): string {
  if (!elements) return `${dtype} ${shape}`;
  const { buffer, byteOffset, byteLength } = elements;
  const areWords = byteOffset % 4 === 0 && byteLength % 4 === 0;
  const words = areWords
    ? new Uint32Array(buffer, byteOffset, byteLength / 4)
    : new Uint8Array(buffer, byteOffset, byteLength);
  let [even, odd] = [0x811c9dc5, 0x811c9dc5 ^ byteLength];
  for (let i = 0; i < words.length; i++) {
    // The high bits of words are mixed in, so that they reach the low bits of the product.
    const word = words[i]!;
    if (i % 2 === 0) even = Math.imul(even ^ word ^ (word >>> 15), 0x01000193);
    else odd = Math.imul(odd ^ word ^ (word >>> 15) ^ even, 0x01000193);
  }
  return `${dtype} ${shape} ${even >>> 0} ${odd >>> 0}`;
}
