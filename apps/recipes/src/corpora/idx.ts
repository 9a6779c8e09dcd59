import { FormatError } from '@unroll/backend/errors';

/** Bytes with a shape. */
export interface ByteArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const BYTES = 0x08;

/**
 * Reads the format of MNIST: two zeros, the type, the number of axes, the length of each axis as a big-endian integer of
 * four bytes, then the numbers. Only unsigned bytes are read.
 *
 * @throws FormatError when it has another beginning or another length
 * @see https://yann.lecun.org/exdb/mnist
 */
export function readIdx(bytes: Uint8Array, name: string): ByteArray {
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length < 4 ? 0 : head.getUint32(0);
  const axes = magic & 0xff;
  if (magic >> 8 !== BYTES || bytes.length < 4 + 4 * axes)
    throw new FormatError(`${name}: it is no IDX file of unsigned bytes`);
  const shape = Array.from({ length: axes }, (_, axis) => head.getUint32(4 + 4 * axis));
  const data = bytes.subarray(4 + 4 * axes);
  const size = shape.reduce((a, b) => a * b, 1);
  if (data.length !== size) throw new FormatError(`${name}: it has ${data.length} numbers; expected ${size}`);
  return { shape, data };
}
