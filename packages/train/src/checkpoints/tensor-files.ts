import { readSafetensors, SafetensorsError, type StoredTensor } from '@unroll/safetensors';

/** The model's parameters under their own keys: `nn.load` and PyTorch read the file as it is. */
export const WEIGHTS = 'weights.safetensors';

/** The tensors beside the model's. */
export const TRAINING = 'training.safetensors';

/**
 * The tensors of a safetensors file, over its bytes.
 *
 * @throws what `fault` makes, where the bytes are no such file
 */
export function tensorsOf(
  bytes: Uint8Array,
  fault: (words: string, cause: Error) => Error,
): ReadonlyMap<string, StoredTensor> {
  try {
    return readSafetensors(bytes).tensors;
  } catch (error) {
    throw error instanceof SafetensorsError ? fault(error.message, error) : error;
  }
}
