import { asBytes } from './as-bytes.ts';
import { shown } from './check-options.ts';
import { isDtype } from './dtypes.ts';
import { quoted } from './format-error.ts';
import { headerLength, LENGTH_BYTES, parseHeader } from './header.ts';
import { faultOf } from './open-file.ts';
import { type StoredTensor, tensorOver } from './stored-tensor.ts';

/** The whole content of a file. */
export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The writer's metadata, such as `format: 'pt'` */
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads all tensors of a file in memory.
 *
 * @returns tensors over `bytes` themselves when these are aligned to the elements, as in files of this package and of
 *   the reference implementation; otherwise over copies. Changing `bytes` changes the tensors over them.
 * @throws SafetensorsError when the bytes are not a safetensors file, are damaged, or a tensor's dtype has no
 *   JavaScript array (`openSafetensors` can read the other tensors)
 */
export function readSafetensors(bytes: Uint8Array | ArrayBuffer): SafetensorsContent {
  const file = asBytes(bytes);
  if (!file) {
    throw new TypeError(`readSafetensors: bytes is ${shown(bytes)}; expected a Uint8Array or an ArrayBuffer`);
  }
  const fault = faultOf(undefined);
  const length = headerLength(file, file.byteLength, fault);
  const { entries, metadata, dataStart } = parseHeader(
    file.subarray(LENGTH_BYTES, LENGTH_BYTES + length),
    file.byteLength,
    fault,
  );
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { dtype, shape, start, bytes: size }] of entries) {
    if (!isDtype(dtype)) {
      const words = `tensor ${quoted(name)} is ${dtype}, which JavaScript has no array for; openSafetensors reads the others`;
      throw fault('unsupported-dtype', words, name);
    }
    const first = dataStart + start;
    tensors.set(name, tensorOver(dtype, shape, file.subarray(first, first + size)));
  }
  return { tensors, metadata };
}
