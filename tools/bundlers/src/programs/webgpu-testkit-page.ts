import { backendChecks } from '@unroll/backend-testkit/page';
import { webgpu } from '@unroll/backend-webgpu';

// A page that runs the testkit's checks on WebGPU, one by one, on request of the program that drives it.

const checks = backendChecks(webgpu({ forceFallbackAdapter: true }));

/** The names of the checks, each after its group */
const names = checks.map(({ group, name }) => `${group} ${name}`);

/** @returns the fault when the check fails */
async function runCheck(index: number): Promise<string | undefined> {
  try {
    await checks[index]!.run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

Object.assign(globalThis, { testkit: { names, runCheck } });
