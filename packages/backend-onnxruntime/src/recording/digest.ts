import type { Value } from './recorded.ts';

/** A value's elements in short: equal for equal elements, and hardly ever for others (64 bits, by FNV-1a of both halves). */
export function digest({ dtype, shape, elements }: Value): string {
  if (!elements) return `${dtype} ${shape}`;
  const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  let [even, odd] = [0x811c9dc5, 0x811c9dc5 ^ bytes.length];
  for (let i = 0; i < bytes.length; i++) {
    if (i % 2 === 0) even = Math.imul(even ^ bytes[i]!, 0x01000193);
    else odd = Math.imul(odd ^ bytes[i]! ^ even, 0x01000193);
  }
  return `${dtype} ${shape} ${even >>> 0} ${odd >>> 0}`;
}
