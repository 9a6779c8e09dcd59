import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
// Provides tfjs-core's gradients, which Node cannot load in another way.
import '@unroll/backend';
import type { Peer } from '../peer.ts';
import { tfjsRecurrent } from './tfjs-recurrent.ts';

/** A private part of the backend that sends recorded commands to the GPU */
interface Recording {
  commandEncoder: GPUCommandEncoder | null;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** The limits that the backend's own factory requests */
const limits = [
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
] as const;

/** TensorFlow.js on its WebGPU backend, unfused, with a recurrent loop written for it. `navigator.gpu` must exist. */
export async function tfjsWebgpu(): Promise<Peer> {
  const adapter = (await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' }))!;
  const device = await adapter.requestDevice({
    requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name]])),
  });
  const backend = new WebGPUBackend(device as never, adapter.info as never);
  tf.registerBackend('bench-webgpu', () => backend);
  tf.copyRegisteredKernels('webgpu', 'bench-webgpu');
  await tf.setBackend('bench-webgpu');
  const finish = async () => {
    const recording = backend as unknown as Recording;
    if (recording.commandEncoder) {
      recording.endComputePassEncoder();
      recording.submitQueue();
    }
    await device.queue.onSubmittedWorkDone();
  };
  return {
    describe: () => ({
      text: `TensorFlow.js ${tf.version_core}, WebGPU, ${adapter.info.description || adapter.info.vendor}`,
      threads: 0,
    }),
    prepare: async (workload) =>
      workload.kind === 'recurrent'
        ? tfjsRecurrent(workload, finish)
        : 'it is timed in recurrent networks alone',
  };
}
