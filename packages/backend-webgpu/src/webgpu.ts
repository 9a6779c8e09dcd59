import { findBackend, findBackendFactory, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import type { Backend, Support } from '@unroll/backend';
import { fusedKernels } from '@unroll/backend/contract';
import { findGpu } from '#gpu';
import { describe, findAdapter, isSoftware, openDevice, whyUnfit } from './device/adapter.ts';
import { BACKEND_NAME } from './name.ts';
import { checkedOptions, type WebgpuOptions } from './options.ts';
import type { Speed } from './recurrent/speed.ts';
import type { WebgpuStatistics } from './statistics.ts';
import type { WebgpuBackend } from './webgpu-backend.ts';

/**
 * The WebGPU backend: TensorFlow.js's backend with fused kernels for recurrent networks. It runs in browsers, and in
 * Node with the package `webgpu`.
 *
 * @throws if an option is out of its range
 */
export function webgpu(given: WebgpuOptions = {}): Backend {
  const options = checkedOptions(given);
  return {
    name: BACKEND_NAME,
    support: async () => supportBy(await findDevice(options)),
    load: async () => {
      const found = await findDevice(options);
      if ('missing' in found) throw new Error(found.missing);
      if (!options.forceFallbackAdapter) warnOfSoftware(found.info);
      const { WebgpuBackend, measureSpeed, fixedPrograms } = await loadModules();
      const backend = new WebgpuBackend(await found.open(), found.info, options);
      void backend.prepare(fixedPrograms);
      if (options.recurrentKernel !== 'step') {
        // Without a measurement (for instance because maxMemory is too small for it), an average GPU is assumed.
        backend.speed = await speedOf(found.info, () => measureSpeed(backend)).catch(() => backend.speed);
      }
      registerBackend(BACKEND_NAME, () => backend);
    },
    lost: () => loadedBackend()?.lost ?? false,
    idle: async () => loadedBackend()?.idle(),
    flush: async () => loadedBackend()?.flush(),
    capabilities: () => ({
      device: 'gpu',
      threads: 1,
      precision: 'float32',
      fusedKernels: fusedKernels(BACKEND_NAME),
      synchronousReads: false,
      captures: false,
    }),
  };
}

/**
 * Counts of the loaded backend's work, and of the memory that it holds.
 *
 * @throws if it is not loaded
 */
export function webgpuStatistics(): WebgpuStatistics {
  return expectLoaded('webgpuStatistics').statistics;
}

/**
 * Sends the recorded commands to the GPU and resolves when they are done, without reading results.
 *
 * @throws (rejects) if a command failed, the device was lost, or the backend is not loaded
 */
export async function flush(): Promise<void> {
  await expectLoaded('flush').flush();
}

function expectLoaded(caller: string): WebgpuBackend {
  const backend = loadedBackend();
  if (!backend) throw new Error(`${caller}: the backend is not loaded; call useBackend(webgpu()) first`);
  return backend;
}

const loadedBackend = (): WebgpuBackend | undefined =>
  (findBackend(BACKEND_NAME) as WebgpuBackend | null) ?? undefined;

type FoundDevice =
  | { readonly info: GPUAdapterInfo; open(): Promise<GPUDevice> }
  | { readonly missing: string };

async function findDevice(options: WebgpuOptions): Promise<FoundDevice> {
  const { device } = options;
  if (device) {
    const unfit = (await isLost(device)) ? 'it is lost' : whyUnfit(device);
    return unfit === undefined
      ? { info: device.adapterInfo ?? {}, open: async () => device }
      : { missing: `the device given cannot serve: ${unfit}` };
  }
  const found = await findGpu(options.dawnFlags);
  if ('missing' in found) return found;
  const adapter = await findAdapter(found.gpu, options);
  if (!adapter)
    return { missing: 'WebGPU finds no adapter here: no GPU, no driver for it, or one that is blocked' };
  const unfit = whyUnfit(adapter);
  return unfit === undefined
    ? { info: adapter.info, open: () => openDevice(adapter) }
    : { missing: `${describe(adapter.info)} cannot serve: ${unfit}` };
}

let hasWarned = false;

function warnOfSoftware(info: GPUAdapterInfo): void {
  if (hasWarned || !isSoftware(info)) return;
  hasWarned = true;
  console.warn(
    `webgpu: there is no GPU here but ${describe(info)}, which computes on the CPU; the backend cpu() is many times faster`,
  );
}

/** Whether a device has ended; its promise resolves a moment later. */
const isLost = (device: GPUDevice): Promise<boolean> =>
  Promise.race([
    device.lost.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false))),
  ]);

function supportBy(found: FoundDevice): Support {
  if ('missing' in found) return { supported: false, reason: found.missing };
  const name = describe(found.info);
  return { supported: true, device: isSoftware(found.info) ? `${name}, in software` : name };
}

/**
 * Loads tfjs-backend-webgpu. It registers itself when loaded, and would be tfjs's first choice, which no program asked
 * for.
 */
async function loadModules() {
  const hadTfjs = findBackendFactory('webgpu') != null;
  const [{ WebgpuBackend }, { registerKernels, fixedPrograms }, { measureSpeed }] = await Promise.all([
    import('./webgpu-backend.ts'),
    import('./kernels/webgpu-kernels.ts'),
    import('./recurrent/measure-speed.ts'),
  ]);
  if (!hadTfjs && findBackendFactory('webgpu')) removeBackend('webgpu');
  registerKernels();
  return { WebgpuBackend, measureSpeed, fixedPrograms };
}

/** Measurements by adapter, made once in a process */
const speeds = new Map<string, Promise<Speed>>();

function speedOf(info: GPUAdapterInfo, measure: () => Promise<Speed>): Promise<Speed> {
  const name = describe(info);
  let speed = speeds.get(name);
  if (!speed) {
    speed = measure();
    speeds.set(name, speed);
    speed.catch(() => speeds.delete(name));
  }
  return speed;
}
