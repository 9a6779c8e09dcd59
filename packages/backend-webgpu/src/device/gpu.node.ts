import { messageOf } from '@unroll/backend/checks';
import type { FoundGpu } from './gpu.ts';

/** The exports of the package `webgpu` */
interface Dawn {
  create(flags: string[]): GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

/**
 * `navigator.gpu` if the program has set it; otherwise Dawn, from the package `webgpu`. Dawn stays for the whole
 * process, with the flags of the first call. The globals that TensorFlow.js looks for (`navigator.gpu`, `GPUBuffer`,
 * `GPUBufferUsage`, …) are defined.
 */
export async function findGpu(dawnFlags: readonly string[] = []): Promise<FoundGpu> {
  if (navigator.gpu) return { gpu: navigator.gpu };
  let dawn: Dawn;
  try {
    dawn = (await import('webgpu')) as unknown as Dawn;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    return {
      missing: isMissing
        ? "the package 'webgpu' is not installed; add it: npm install webgpu"
        : `the package 'webgpu' does not load: ${messageOf(error).split('\n')[0]}`,
    };
  }
  for (const [name, value] of Object.entries(dawn.globals)) {
    if (!(name in globalThis))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const gpu = dawn.create([...dawnFlags]);
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  return { gpu };
}

const asleep = new Int32Array(new SharedArrayBuffer(4));

/**
 * Waits for work on Dawn's own threads. While there is any, Dawn's binding polls in every turn of the event loop
 * without a pause. On two cores, this doubles the time that a compiler takes. Here each turn lasts a millisecond.
 */
export async function besideDawn(work: Promise<void>): Promise<void> {
  let isUnderWay = true;
  const ended = work.finally(() => {
    isUnderWay = false;
  });
  while (isUnderWay) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (isUnderWay) Atomics.wait(asleep, 0, 0, 1);
  }
  return ended;
}
