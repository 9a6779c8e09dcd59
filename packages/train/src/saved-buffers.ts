import { clone, keep, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { sameShape, shapeText } from '@unroll/backend/checks';
import { CheckpointError } from '@unroll/backend/errors';
import type { Module } from '@unroll/nn';
import type { StoredTensor } from '@unroll/safetensors';
import { readTensors } from './read-tensors.ts';

/** Prefix of these tensors in a checkpoint: `buffer.decoder.state` */
const PREFIX = 'buffer.';

/**
 * The buffers that the weights' file leaves out, such as the states that a model carries from batch to batch. A run
 * cannot continue to the bit without them.
 */
export function savedBuffers(model: Module): Promise<Map<string, StoredTensor>> {
  return readTensors(
    unsavedBuffers(model).map(([name, buffer]) => [PREFIX + name, keep(clone<Tensor>(buffer))] as const),
  );
}

/**
 * Assigns the buffers of a checkpoint. A buffer that a checkpoint lacks stays as it is.
 *
 * @throws CheckpointError when a buffer has another shape
 */
export function loadBuffers(model: Module, tensors: ReadonlyMap<string, StoredTensor>): void {
  for (const [name, buffer] of unsavedBuffers(model)) {
    const saved = tensors.get(PREFIX + name);
    if (!saved) continue;
    if (!sameShape(saved.shape, buffer.shape)) {
      const words = `the buffer '${name}' has shape ${shapeText(saved.shape)}; the model's has ${shapeText(buffer.shape)}`;
      throw new CheckpointError(words);
    }
    const data = saved.data as Float32Array | Int32Array | Uint8Array;
    tidy(() => buffer.assign(tensor(data, [...saved.shape], buffer.dtype)));
  }
}

function unsavedBuffers(model: Module) {
  const saved = new Set(Object.values(model.stateDict()));
  return [...model.namedBuffers()].filter(([, buffer]) => !saved.has(buffer));
}
