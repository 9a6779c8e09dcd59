import { useBackend } from '@unroll/backend';
import { webgpu } from '@unroll/backend-webgpu';
import { recipeRuns } from './recipe-runs.ts';

// A page that trains recipes on WebGPU, each on request of the program that drives it, which has their samples.

const backend = webgpu({ forceFallbackAdapter: true });

/** The device that computes */
async function begin(): Promise<string> {
  await useBackend(backend);
  const support = await backend.support();
  return (support.supported && support.device) || '';
}

Object.assign(globalThis, { begin, recipeRuns });
