import { readSafetensors, SafetensorsError, type StoredTensor } from '@unroll/safetensors';

/** The model's parameters under their own keys. `nn.load` and PyTorch read this file directly. */
export const WEIGHTS = 'weights.safetensors';

/** The other tensors: the optimizer's state, and buffers that are not saved with the weights. */
export const TRAINING = 'training.safetensors';

/**
 * Reads the tensors of a safetensors file as views of its bytes.
 *
 * @throws the error of `fault`, when the bytes are not a safetensors file
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
