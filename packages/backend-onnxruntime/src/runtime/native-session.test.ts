import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { expect, it } from 'vitest';
import { flush, onnxruntime } from '../onnxruntime.ts';

it('a run leaves no copy of its result to the garbage collector', async () => {
  await useBackend(onnxruntime({ threads: 1 }));
  const a = tf.ones([512, 512]) as tf.Tensor2D;
  const run = async (): Promise<void> => {
    const product = tf.matMul(a, a);
    await flush();
    product.dispose();
  };
  await run();
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 8; i++) await run();
  const oneResult = 4 * 512 * 512;
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(oneResult);
});
