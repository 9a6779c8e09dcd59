import type { StoredTensor } from '@unroll/safetensors';

/**
 * The properties that equal tensors in files have in common: the shape and the bits, or, for integers, the numbers. A
 * count is int64 in PyTorch and int32 here.
 */
export function bitsOf({ dtype, shape, data }: StoredTensor) {
  return dtype === 'I64' || dtype === 'I32'
    ? { shape, numbers: Array.from<number | bigint>(data).map(Number) }
    : { shape, bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex') };
}
