import type { WebgpuOptions } from '../options.ts';

/**
 * The largest number of storage buffers that a program binds; only Adam with AMSGrad binds so many. WebGPU guarantees
 * 8, and nearly every adapter has 10.
 */
const STORAGE_BUFFERS = 9;

/**
 * Number of storage buffers that programs for many tensors bind: the device's limit, but no more than nearly every
 * adapter has, so that there are few variants of these programs.
 */
export const boundBuffers = ({ limits }: GPUDevice): number =>
  Math.min(10, limits.maxStorageBuffersPerShaderStage);

/** Features to request if the adapter has them. */
const usefulFeatures: readonly GPUFeatureName[] = ['timestamp-query'];

/** Limits to request as high as the adapter supports them. */
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

/** The reason why an adapter or device does not suffice; undefined if it does. */
export function whyUnfit({ limits }: GPUAdapter | GPUDevice): string | undefined {
  const { maxStorageBuffersPerShaderStage: buffers } = limits;
  return buffers < STORAGE_BUFFERS
    ? `it binds ${buffers} storage buffers to a kernel; ${STORAGE_BUFFERS} are needed`
    : undefined;
}

/** A device with all requested features and limits that the adapter supports. */
export function openDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  return adapter.requestDevice({
    label: 'unroll',
    requiredFeatures: usefulFeatures.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(usefulLimits.map((name) => [name, adapter.limits[name]])),
  });
}

/** The name of an adapter for people: `NVIDIA H100 (nvidia, hopper)`. */
export function describe({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  const known = [vendor, architecture].filter(Boolean).join(', ');
  const name = description || device;
  if (!name) return known || 'an adapter that does not say its name';
  return known ? `${name} (${known})` : name;
}

/** Whether the adapter computes on the CPU. Some such adapters show it only in their names. */
export const isSoftware = ({ isFallbackAdapter, architecture, description }: GPUAdapterInfo): boolean =>
  isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${architecture} ${description}`);
