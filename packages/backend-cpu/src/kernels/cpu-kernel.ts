import { getKernel, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import { defineKernel, type KernelName, type KernelRun } from '@unroll/backend/contract';
import type { CpuBackend } from '../cpu-backend.ts';

/** An entry of the table of kernels, `cpuKernels`. */
export interface CpuKernel {
  readonly kernelName: string;
  readonly kernelFunc: KernelFunc;
}

/** A kernel of the contract. Scratch memory is freed when `run` returns; if `run` throws, so are its outputs. */
export function contractKernel<Name extends KernelName>(
  kernelName: Name,
  run: KernelRun<Name, TensorInfo, CpuBackend>,
): CpuKernel {
  const kernel = defineKernel(kernelName, run);
  return tfjsKernel<object, unknown>(kernelName, kernel.run);
}

/**
 * A kernel of TensorFlow.js. `run` gets TensorFlow.js's inputs (absent ones are undefined) and returns the outputs. It
 * may return `undefined` to leave a call to tfjs-backend-cpu, for instance for a dtype that it does not support. Memory
 * is freed as for a `contractKernel`.
 */
export function tfjsKernel<Inputs extends object, Attrs = object>(
  kernelName: string,
  run: (inputs: Inputs, attrs: Attrs, cpu: CpuBackend) => TensorInfo | TensorInfo[] | undefined,
): CpuKernel {
  return {
    kernelName,
    kernelFunc: (params) => {
      const cpu = params.backend as CpuBackend;
      const outputs = cpu.runKernel(() => run(params.inputs as Inputs, params.attrs as Attrs, cpu));
      return outputs ?? getKernel(kernelName, 'cpu').kernelFunc(params);
    },
  };
}
