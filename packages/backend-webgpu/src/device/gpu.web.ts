import type { FoundGpu } from './gpu.ts';

/** The browser's `navigator.gpu`. */
export async function findGpu(): Promise<FoundGpu> {
  if (globalThis.navigator?.gpu) return { gpu: navigator.gpu };
  return {
    missing:
      globalThis.isSecureContext === false
        ? 'WebGPU is only there in secure contexts; open the page by https or from localhost'
        : 'this browser has no WebGPU (navigator.gpu); Chrome and Edge have it from 113 on, Firefox from 141, Safari from 26',
  };
}

/** Waits for work on the browser's own threads; only Node needs more than this. */
export const besideDawn = (work: Promise<void>): Promise<void> => work;
