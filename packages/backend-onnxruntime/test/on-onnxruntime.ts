import type * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { onnxruntime, onnxruntimeStatistics } from '../src/onnxruntime.ts';
import type { OnnxruntimeOptions } from '../src/options.ts';

/** Switches the program to a new backend, with one thread unless the options say otherwise. */
export const use = (options: OnnxruntimeOptions = {}) => useBackend(onnxruntime({ threads: 1, ...options }));

export const read = async (tensor: tf.Tensor) => [...(await tensor.data())];

/** The amount that `f` adds to a count of the statistics. */
export async function added(name: 'runs' | 'sessionsCreated' | 'sessionsEvicted', f: () => Promise<unknown>) {
  const before = onnxruntimeStatistics()[name];
  await f();
  return onnxruntimeStatistics()[name] - before;
}
