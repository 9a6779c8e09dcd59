/** Numbers as eight hexadecimal digits, by which other numbers are told apart: FNV-1a of 32 bits over them as float64. */
export function fingerprint(numbers: ArrayLike<number>): string {
  const bytes = new Uint8Array(Float64Array.from(numbers).buffer);
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
