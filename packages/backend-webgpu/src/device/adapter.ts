import type { WebgpuOptions } from '../options.ts';

/** Storage buffers that a program binds at most: Adam's with AMSGrad, which no other needs; WebGPU promises 8, and nearly every adapter has 10. */
const STORAGE_BUFFERS = 9;

/**
 * Storage buffers that programs for many tensors bind: as many as the device can, and no more than nearly every adapter has, so that there
 * are few forms of them.
 */
export const boundBuffers = ({ limits }: GPUDevice): number =>
  Math.min(10, limits.maxStorageBuffersPerShaderStage);

/** Asked for where the adapter has them. */
const usefulFeatures: readonly GPUFeatureName[] = ['timestamp-query'];

/** Asked for as high as the adapter has them. */
const usefulLimits = [
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
] as const;

export async function findAdapter(
  gpu: GPU,
  { powerPreference = 'high-performance', forceFallbackAdapter = false }: WebgpuOptions,
): Promise<GPUAdapter | null> {
  return gpu.requestAdapter({ powerPreference, forceFallbackAdapter });
}

/** Why an adapter or device cannot serve; undefined where it can. */
export function whyUnfit({ limits }: GPUAdapter | GPUDevice): string | undefined {
  const { maxStorageBuffersPerShaderStage: buffers } = limits;
  return buffers < STORAGE_BUFFERS
    ? `it binds ${buffers} storage buffers to a kernel; ${STORAGE_BUFFERS} are needed`
    : undefined;
}

/** A device with everything asked for that kernels can use. */
export function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  return adapter.requestDevice({
    label: 'unroll',
    requiredFeatures: usefulFeatures.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(usefulLimits.map((name) => [name, adapter.limits[name]])),
  });
}

/** What an adapter is called, for people: `NVIDIA H100 (nvidia, hopper)`. */
export function describe({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  const known = [vendor, architecture].filter(Boolean).join(', ');
  const name = description || device;
  if (!name) return known || 'an adapter that does not say its name';
  return known ? `${name} (${known})` : name;
}

/** Whether the adapter computes on the CPU. Some that do say it by their names alone. */
export const isSoftware = ({ isFallbackAdapter, architecture, description }: GPUAdapterInfo): boolean =>
  isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${architecture} ${description}`);
