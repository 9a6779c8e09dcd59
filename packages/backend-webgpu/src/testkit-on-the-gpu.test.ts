import { env } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { backendChecks } from '@unroll/backend-testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { isThere, options, whySkipped } from '../test/adapter.ts';
import { webgpu } from './webgpu.ts';

// TensorFlow.js computes small tensors on the host, where indices can be checked at once. Here it does not.
describe('wrong indices, all computed on the GPU', () => {
  if (!isThere) {
    it.skip(`pass the testkit${whySkipped}`);
    return;
  }
  beforeAll(async () => {
    await useBackend(webgpu(options));
    env().set('WEBGPU_CPU_FORWARD', false);
  });
  afterAll(() => env().set('WEBGPU_CPU_FORWARD', true));
  for (const { group, name, run } of backendChecks(webgpu({ ...options, recurrentKernel: 'loop' })))
    if (group === 'an index out of range') it(name, run);
});
