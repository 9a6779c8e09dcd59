import { getKernel, type KernelFunc, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import type { CpuBackend } from '../cpu-backend.ts';

/** What a kernel is called with. Absent inputs are undefined. */
export interface KernelCall<Inputs, Attrs> {
  readonly inputs: Inputs;
  readonly attrs: Attrs;
  readonly cpu: CpuBackend;
}

/** A row of the table of kernels, `cpuKernels`. */
export interface CpuKernel {
  readonly kernelName: string;
  readonly kernelFunc: KernelFunc;
}

/**
 * One kernel of the backend. `run` returns the outputs, or `undefined` to leave a call (a dtype that it does not speed
 * up, say) to tfjs-backend-cpu. Scratch memory is freed when it returns; where it throws, its outputs are too.
 */
export function defineKernel<Inputs, Attrs = object>(
  kernelName: string,
  run: (call: KernelCall<Inputs, Attrs>) => TensorInfo | TensorInfo[] | undefined,
): CpuKernel {
  return {
    kernelName,
    kernelFunc: (params) => {
      const cpu = params.backend as CpuBackend;
      const inputs = params.inputs as Inputs;
      const attrs = params.attrs as NamedAttrMap & Attrs;
      const outputs = cpu.runKernel(() => run({ inputs, attrs, cpu }));
      return outputs ?? getKernel(kernelName, 'cpu').kernelFunc(params);
    },
  };
}
