import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Backend } from '../src/choice/backend.ts';

/** A second tfjs backend with the CPU kernels. Like a GPU backend, it can only be read asynchronously. */
export class AsynchronousBackend extends MathBackendCPU {
  disposals = 0;

  override async read(dataId: object): Promise<tf.backend_util.BackendValues> {
    const { complexTensorInfos: parts, values } = this.data.get(dataId);
    if (!parts) return values!;
    const [real, imag] = await Promise.all([this.read(parts.real.dataId), this.read(parts.imag.dataId)]);
    return tf.backend_util.mergeRealAndImagArrays(real as Float32Array, imag as Float32Array);
  }

  override dispose(): void {
    this.disposals++;
  }

  override readSync(): never {
    throw new Error('this backend has no synchronous reads');
  }
}

/** A backend of that kind. */
export function fake(name: string, overrides: Partial<Backend> = {}): Backend {
  return {
    name,
    support: async () => ({ supported: true }),
    load: async () => {
      tf.registerBackend(name, () => new AsynchronousBackend());
      tf.copyRegisteredKernels('cpu', name);
    },
    idle: async () => {},
    capabilities: () => ({
      device: 'cpu',
      threads: 1,
      precision: 'float32',
      fusedKernels: [],
      synchronousReads: false,
      captures: false,
    }),
    ...overrides,
  };
}
