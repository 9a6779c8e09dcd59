const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Elements of a file, which are little-endian, in the order of this machine, and the other way round.
 *
 * @returns the bytes themselves where nothing is to be turned, else a copy
 */
export function inHostOrder(bytes: Uint8Array, width: number, littleEndian = hostIsLittleEndian): Uint8Array {
  if (littleEndian || width === 1) return bytes;
  const turned = bytes.slice();
  for (let start = 0; start < turned.length; start += width) turned.subarray(start, start + width).reverse();
  return turned;
}
