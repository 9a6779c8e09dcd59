import { sameShape } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import { readSafetensors, type StoredTensor, writeSafetensors } from '@unroll/safetensors';

/**
 * Averages the float32 tensors of several weight files element by element, in double precision. Other tensors, tensors
 * under the keys of `kept`, and the metadata are taken from the first file.
 *
 * @throws CheckpointError when the files' tensors differ in name, shape or dtype
 */
export function meanOf(
  files: readonly Uint8Array<ArrayBuffer>[],
  kept: ReadonlySet<string>,
): Uint8Array<ArrayBuffer> {
  const [first, ...others] = files.map((bytes) => readSafetensors(bytes));
  const means = new Map<string, StoredTensor>();
  for (const [name, tensor] of first!.tensors) {
    const all = others.map(({ tensors }) => tensors.get(name));
    for (const other of all) {
      if (other?.dtype === tensor.dtype && sameShape(other.shape, tensor.shape)) continue;
      throw new CheckpointError(
        `loadWeights: the checkpoints differ in '${name}'; expected those of one model`,
      );
    }
    const isAveraged = tensor.dtype === 'F32' && !kept.has(name);
    means.set(name, isAveraged ? mean(tensor, all as (typeof tensor)[]) : tensor);
  }
  return writeSafetensors(means, { metadata: first!.metadata });
}

function mean<T extends StoredTensor & { readonly data: Float32Array }>(
  first: T,
  others: readonly T[],
): StoredTensor {
  const sums = Float64Array.from(first.data);
  for (const { data } of others) for (let i = 0; i < sums.length; i++) sums[i]! += data[i]!;
  const count = others.length + 1;
  return { dtype: 'F32', shape: first.shape, data: Float32Array.from(sums, (sum) => sum / count) };
}
