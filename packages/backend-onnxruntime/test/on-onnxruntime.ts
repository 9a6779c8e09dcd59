import type * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { onnxruntime, onnxruntimeStatistics } from '../src/onnxruntime.ts';
import type { OnnxruntimeOptions } from '../src/options.ts';

/** Has the program run on a new backend, with one thread unless the options say otherwise. */
export const use = (options: OnnxruntimeOptions = {}) => useBackend(onnxruntime({ threads: 1, ...options }));

export const read = async (tensor: tf.Tensor) => [...(await tensor.data())];

/** What `f` adds to a count of the statistics. */
export async function added(name: 'runs' | 'sessionsCreated' | 'sessionsEvicted', f: () => Promise<unknown>) {
  const before = onnxruntimeStatistics()[name];
  await f();
  return onnxruntimeStatistics()[name] - before;
}
