import { type TensorContainer, tidy } from '@tensorflow/tfjs-core';

/** `tf.tidy` for results of any type: at run time it finds the tensors in every object, its types admit only plain ones. */
export function tidyResult<T>(compute: () => T): T {
  return tidy(compute as () => TensorContainer) as T;
}
