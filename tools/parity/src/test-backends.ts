import '@tensorflow/tfjs-backend-cpu';
import { type Backend, tfjsBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { onnxruntime } from '@unroll/backend-onnxruntime';
import { webgpu } from '@unroll/backend-webgpu';
import { inFull } from '@unroll-tools/setup/short-form';

/** A backend under test, and its name in the tables. */
export interface TestBackend {
  readonly title: string;
  /** Where a test has many cases, its short form runs one in so many. `pnpm long parity` runs all. */
  readonly parts: number;
  make(): Backend;
}

/** TensorFlow.js's own backend in plain JavaScript, where every contract kernel is a portable one. */
const portable: TestBackend = {
  title: 'portable kernels on tfjs-backend-cpu',
  parts: 1,
  make: () => tfjsBackend('cpu'),
};

function wasm(simd: 'relaxed' | 'plain', threads: number): TestBackend {
  return {
    title: `backend-cpu, ${simd} SIMD, ${threads} thread${threads > 1 ? 's' : ''}`,
    parts: 1,
    make: () => cpu({ simd, threads }),
  };
}

const native: TestBackend = {
  title: 'backend-onnxruntime, 2 threads',
  parts: 1,
  make: () => onnxruntime({ threads: 2 }),
};

/**
 * Options for Chromium's SwiftShader, if the environment points to it. Workgroup memory is not cleared, because
 * SwiftShader compiles that slowly.
 */
const gpuOptions = {
  forceFallbackAdapter: true,
  dawnFlags: ['enable-dawn-features=disable_workgroup_init'],
};
const gpu: TestBackend = {
  title: 'backend-webgpu, an adapter in software',
  parts: inFull ? 1 : 4,
  make: () => webgpu(gpuOptions),
};
/** Whether this machine has a WebGPU adapter. */
export const gpuSupport = await webgpu(gpuOptions).support();

export const backends: readonly TestBackend[] = [
  portable,
  wasm('relaxed', 1),
  wasm('relaxed', 2),
  native,
  ...(gpuSupport.supported ? [gpu] : []),
];

/** For layers with kernels of their own in both WebAssembly builds. */
export const backendsAndBuilds: readonly TestBackend[] = [...backends, wasm('plain', 1), wasm('plain', 2)];
