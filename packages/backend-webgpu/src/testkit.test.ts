import { testBackend } from '@unroll/backend-testkit';
import { describe, it } from 'vitest';
import { isThere, options, whySkipped } from '../test/adapter.ts';
import { webgpu } from './webgpu.ts';

// Loop kernels with pieces so short that every longer sequence is cut.
describe('the loop kernels', () => {
  if (isThere) testBackend(() => webgpu({ ...options, recurrentKernel: 'loop', maxDispatchMs: 1 }));
  else it.skip(`pass the testkit${whySkipped}`);
});
