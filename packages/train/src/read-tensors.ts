import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import type { StoredTensor } from '@unroll/safetensors';

const dtypes = { float32: 'F32', int32: 'I32', bool: 'BOOL' } as const;

/** Reads tensors of a checkpoint, and frees them. */
export async function readTensors(
  copies: readonly (readonly [name: string, copy: Tensor])[],
): Promise<Map<string, StoredTensor>> {
  try {
    const reads = await Promise.allSettled(copies.map(([, copy]) => copy.data()));
    return new Map(
      reads.map((read, i) => {
        if (read.status === 'rejected') throw read.reason;
        const [name, { shape, dtype }] = copies[i]!;
        const stored = { dtype: dtypes[dtype as keyof typeof dtypes], shape, data: read.value };
        return [name, stored as StoredTensor] as const;
      }),
    );
  } finally {
    dispose(copies.map(([, copy]) => copy));
  }
}
