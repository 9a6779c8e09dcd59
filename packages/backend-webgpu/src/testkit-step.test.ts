import { backendChecks } from '@unroll/backend-testkit';
import { describe, it } from 'vitest';
import { inFull } from '../../../tools/setup/short-form.ts';
import { isThere, options, whySkipped } from '../test/adapter.ts';
import { webgpu } from './webgpu.ts';

// Only the sequence checks; the others do not use these kernels. The short form leaves out those of 2,000 steps.
describe('the step kernels', () => {
  if (!isThere) {
    it.skip(`pass the testkit${whySkipped}`);
    return;
  }
  const checks = backendChecks(webgpu({ ...options, recurrentKernel: 'step' })).filter(
    ({ name }) => inFull || !/2,?000 steps/.test(name),
  );
  for (const { group, name, run } of checks) {
    if (/recurrent/.test(group) || (group.startsWith('PyTorch') && /lstm|gru|rnn/.test(name)))
      it(`${group}: ${name}`, run);
  }
});
