import type { StoredTensor } from '@unroll/safetensors';

/** What two tensors of files have alike that are one: shape and bits, or of integers their numbers. A count is int64 in PyTorch and int32 here. */
export function bitsOf({ dtype, shape, data }: StoredTensor) {
  return dtype === 'I64' || dtype === 'I32'
    ? { shape, numbers: Array.from<number | bigint>(data).map(Number) }
    : { shape, bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex') };
}
