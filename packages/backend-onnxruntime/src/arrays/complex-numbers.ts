/** Splits complex numbers. tfjs passes them as pairs: real, imaginary, real, imaginary, …. */
export function splitPairs(pairs: Float32Array): { real: Float32Array; imag: Float32Array } {
  const part = (offset: 0 | 1) =>
    Float32Array.from({ length: pairs.length / 2 }, (_, i) => pairs[2 * i + offset]!);
  return { real: part(0), imag: part(1) };
}

export function joinPairs(real: Float32Array, imag: Float32Array): Float32Array {
  return Float32Array.from({ length: 2 * real.length }, (_, i) => (i % 2 === 0 ? real : imag)[i >> 1]!);
}
