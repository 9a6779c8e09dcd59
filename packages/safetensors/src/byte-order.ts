const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Converts elements between the byte order of a file, which is little-endian, and that of this machine, in both
 * directions.
 *
 * @returns the bytes themselves when the orders are equal, otherwise a copy
 */
export function inHostOrder(bytes: Uint8Array, width: number, littleEndian = hostIsLittleEndian): Uint8Array {
  if (littleEndian || width === 1) return bytes;
  const turned = bytes.slice();
  for (let start = 0; start < turned.length; start += width) turned.subarray(start, start + width).reverse();
  return turned;
}
