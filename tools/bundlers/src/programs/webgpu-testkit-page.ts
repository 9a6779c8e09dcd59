import { backendChecks } from '@unroll/backend-testkit/page';
import { webgpu } from '@unroll/backend-webgpu';

// A page that runs the testkit's checks on WebGPU, one by one, as whoever drives it asks.

const checks = backendChecks(webgpu({ forceFallbackAdapter: true }));

/** Of the checks, each behind its group */
const names = checks.map(({ group, name }) => `${group} ${name}`);

/** @returns what is wrong where the check fails */
async function runCheck(index: number): Promise<string | undefined> {
  try {
    await checks[index]!.run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

Object.assign(globalThis, { testkit: { names, runCheck } });
