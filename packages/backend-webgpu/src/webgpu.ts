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
 * The WebGPU backend: TensorFlow.js's, with fused kernels for recurrent networks; in browsers, and in Node by the package
 * `webgpu`.
 *
 * @throws where an option is out of its range
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
        // Without a measurement, as where maxMemory is less than it takes, a GPU of the middle is assumed.
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
 * What the loaded backend has done and holds.
 *
 * @throws where it is not loaded
 */
export function webgpuStatistics(): WebgpuStatistics {
  return expectLoaded('webgpuStatistics').statistics;
}

/**
 * Sends what is recorded to the GPU and resolves when all of it is done, without reading any of it.
 *
 * @throws (rejects) where a command failed, the device was lost, or the backend is not loaded
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

/** Whether a device has ended; its promise says so a moment later. */
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

/** tfjs-backend-webgpu looks for WebGPU as it loads, and registers itself; nobody asked for it, and it would be tfjs's first choice. */
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

/** Measurements, by adapter: once in a process */
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
