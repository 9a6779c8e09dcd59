import { maskedCrc32c } from './crc32c.ts';

/**
 * A record of a TFRecord file, little-endian: 8 bytes with the data's length, 4 bytes with the masked CRC-32C of the
 * length, the data, and 4 bytes with the masked CRC-32C of the data.
 *
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord
 */
export function record(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(data.length + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return bytes;
}
