import type { Backend } from '@unroll/backend';
import { describe, it } from 'vitest';
import { type BackendTestOptions, backendChecks } from './backend-checks.ts';

/**
 * The specification of a backend: one vitest test for each requirement of the contract. Every kernel is compared with
 * its portable version on tfjs-backend-cpu and with PyTorch, forward and in every gradient.
 */
export function testBackend(makeBackend: () => Backend, options: BackendTestOptions = {}): void {
  const checks = backendChecks(makeBackend(), options);
  for (const [group, members] of Map.groupBy(checks, (check) => check.group)) {
    describe(group, () => {
      for (const { name, run } of members) it(name, run);
    });
  }
}
