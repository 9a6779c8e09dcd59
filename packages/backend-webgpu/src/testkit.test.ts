import { backendChecks } from '@unroll/backend-testkit';
import { describe, it } from 'vitest';
import { partOf } from '../../../tools/setup/short-form.ts';
import { isThere, options, whySkipped } from '../test/adapter.ts';
import { webgpu } from './webgpu.ts';

// Loop kernels with pieces so short that every longer sequence is cut. The short form has one half of the checks. The
// tests in a page of Chromium, in tools/bundlers, have the other half.
describe('the loop kernels', () => {
  if (!isThere) {
    it.skip(`pass the testkit${whySkipped}`);
    return;
  }
  const checks = backendChecks(webgpu({ ...options, recurrentKernel: 'loop', maxDispatchMs: 1 }));
  const half = partOf(checks, ({ group, name }) => `${group} ${name}`, { parts: 2, part: 0 });
  for (const [group, members] of Map.groupBy(half, (check) => check.group)) {
    describe(group, () => {
      for (const { name, run } of members) it(name, run);
    });
  }
});
