import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { fusedKernels, registerPortableKernels } from '@unroll/backend/contract';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { webgpu } from '@unroll/backend-webgpu';
import { lowerings } from '@unroll/onnx';
import type { Mark } from './torch-rows.ts';

export interface KernelRow {
  readonly name: string;
  readonly tfjs: Mark;
  readonly cpu: Mark;
  readonly onnxruntime: Mark;
  /** On onnxruntime: whether a lowering leaves some calls to the host, by their dtypes or attributes */
  readonly isPartlyLowered: boolean;
  readonly webgpu: Mark;
}

/** Registers the kernels of all backends. */
export async function registerAll(): Promise<void> {
  await useBackend(onnxruntime({ threads: 1 }));
  await useBackend(cpu({ threads: 1 }));
  // The kernels are registered before anything is done with the device, so that a machine without a GPU needs none.
  const device = {
    createBuffer() {},
    limits: { maxStorageBuffersPerShaderStage: 10 },
    lost: new Promise(() => {}),
  };
  const backend = webgpu({ device: device as unknown as GPUDevice });
  await backend.load().catch(() => {});
}

/** Every kernel that TensorFlow.js has a name for. Its main entry exports each name under itself. */
export const kernelNames = (): string[] =>
  Object.entries(tf)
    .filter(([key, value]) => typeof value === 'string' && bare(value) === bare(key))
    .map(([, value]) => value as string)
    .sort((a, b) => (bare(a) < bare(b) ? -1 : 1));

const bare = (name: string): string => name.replace(/^_/, '');

/** What each backend has of TensorFlow.js's kernels. */
export const kernelRows = (): KernelRow[] =>
  kernelNames().map((name) => ({
    name,
    tfjs: functionOf(name, 'cpu') ? '✓' : '✗',
    cpu: onCpu(name),
    onnxruntime: onOnnxruntime(name),
    isPartlyLowered: lowerings.get(name)?.unsupported !== undefined,
    webgpu: onWebgpu(name),
  }));

const functionOf = (name: string, backend: string): tf.KernelFunc | undefined =>
  (tf.getKernel(name, backend) as tf.KernelConfig | null)?.kernelFunc;

/** The backend's own code, or tfjs-backend-cpu's. */
function onCpu(name: string): Mark {
  const run = functionOf(name, 'unroll-cpu');
  if (!run) return '✗';
  return run === functionOf(name, 'cpu') ? '◐' : '✓';
}

/** A part of the graph, or a call on the host; some lowerings are for some calls. */
function onOnnxruntime(name: string): Mark {
  const run = functionOf(name, 'onnxruntime');
  if (!run) return '✗';
  const isHost = callsHost(run, (called) => ({ hostCalls: { call: called }, kernels: {} }));
  return isHost || lowerings.get(name)?.unsupported ? '◐' : '✓';
}

/** A program on the GPU, of ours or of tfjs-backend-webgpu, or a call on the host. */
function onWebgpu(name: string): Mark {
  const run = functionOf(name, 'unroll-webgpu');
  if (!run) return '✗';
  if (run === functionOf(name, 'webgpu')) return '✓';
  return callsHost(run, (called) => ({ valuesOnHost: called })) ? '◐' : '✓';
}

/** Whether a kernel asks a backend for its host first, on a call whose inputs are nothing. */
function callsHost(run: tf.KernelFunc, backendWith: (called: () => never) => object): boolean {
  let isHost = false;
  const called = (): never => {
    isHost = true;
    throw new Error('called');
  };
  try {
    const inputs = { x: { dataId: {}, shape: [], dtype: 'float32' } } as tf.NamedTensorInfoMap;
    run({ inputs, attrs: {}, backend: backendWith(called) });
  } catch {
    // The kernel is not to run; what it asked for is known.
  }
  return isHost;
}

/** What each backend has of the contract's kernels: its own, or the portable ones. */
export function contractRows(): Omit<KernelRow, 'isPartlyLowered'>[] {
  const known = new Set(tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName));
  registerPortableKernels('cpu');
  const added = tf.getKernelsForBackend('cpu').filter(({ kernelName }) => !known.has(kernelName));
  const mark = (name: string, backend: string): Mark => (fusedKernels(backend).includes(name) ? '✓' : '◐');
  return added.map(({ kernelName: name }) => ({
    name,
    tfjs: mark(name, 'cpu'),
    cpu: mark(name, 'unroll-cpu'),
    onnxruntime: mark(name, 'onnxruntime'),
    webgpu: mark(name, 'unroll-webgpu'),
  }));
}
