import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { tfjsBackend, useBackend } from '@unroll/backend';
import { contractKernels } from '@unroll/backend/contract';
import { expect, it } from 'vitest';
import { gradientsOf, uploadAll } from './evaluate.ts';
import { samples } from './samples.ts';

it('samples call every kernel of the contract, forward and backward', async () => {
  await useBackend(tfjsBackend('cpu'));
  const called = new Set<string>();
  for (const kernelName of Object.keys(contractKernels)) {
    const { backendName, kernelFunc } = tf.getKernel(kernelName, 'cpu');
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: (call) => {
        called.add(kernelName);
        return kernelFunc(call);
      },
    });
  }
  for (const { name, inputs, operation, loss, differentiable } of samples) {
    tf.tidy(() => {
      const uploaded = uploadAll(inputs);
      operation(uploaded);
      if (loss) gradientsOf(loss, differentiable, name)(uploaded);
    });
  }
  expect(Object.keys(contractKernels).filter((kernel) => !called.has(kernel))).toEqual([]);
});
