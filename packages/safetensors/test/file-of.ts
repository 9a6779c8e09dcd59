/** A file with the given header and a number of bytes for tensors. */
export function fileOf(header: string | Uint8Array, dataBytes = 0): Uint8Array<ArrayBuffer> {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

/** The entry of one tensor in a header. */
export const entry = (dtype: string, shape: readonly number[], start: number, end: number): string =>
  JSON.stringify({ dtype, shape, data_offsets: [start, end] });
