import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerStateDict } from '../src/index.ts';

/** An optimizer's state as JSON, with its tensors as numbers. */
export function stateAsJson({ state, param_groups }: OptimizerStateDict): string {
  const plain = (value: unknown) =>
    value instanceof tf.Tensor ? { data: [...value.dataSync()], shape: value.shape } : value;
  const written = Object.entries(state).map(([number, entries]) => [
    number,
    Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, plain(value)])),
  ]);
  return JSON.stringify({ state: Object.fromEntries(written), param_groups });
}
