import { type Tensor, Variable } from '@tensorflow/tfjs-core';

/** Who disposed of a variable, and which of its variables it was */
const disposals = new WeakMap<Variable, string>();

/**
 * Remembers who disposes of a variable, so that a later error can say it.
 *
 * @param how the sentence that an error ends with: `Tagger.dispose() has freed the module's 'lstm.weight_ih_l0'`
 */
export function noteDisposal(variable: Variable, how: string): void {
  disposals.set(variable, how);
}

/** What is wrong with a disposed tensor, as the rest of a sentence that begins with the argument's name. */
export function disposedFault(name: string, tensor: Tensor): string {
  if (!(tensor instanceof Variable)) {
    return (
      'is a disposed tensor: tf.tidy, a training step or dispose() has freed it. ' +
      `tf.keep(${name}) carries it out of a tidy; a loss function hands it out beside the loss, as { loss, state }`
    );
  }
  const how = disposals.get(tensor);
  return how ? `is a disposed variable: ${how}` : `is a disposed variable, '${tensor.name}'`;
}
