import { getKernel, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import { declarationOf, defineKernel, type KernelName, type KernelRun } from '@unroll/backend/contract';
import type { WebgpuBackend } from '../webgpu-backend.ts';

/** An entry of the table of kernels, `webgpuKernels`. */
export interface WebgpuKernel {
  readonly kernelName: string;
  readonly kernelFunc: KernelFunc;
}

/**
 * A kernel of the contract. Scratch tensors are disposed of when `run` returns; if `run` throws, so are its outputs.
 */
export function contractKernel<Name extends KernelName>(
  kernelName: Name,
  run: KernelRun<Name, TensorInfo, WebgpuBackend>,
): WebgpuKernel {
  const kernel = defineKernel(kernelName, run);
  return tfjsKernel<object, unknown>(kernelName, kernel.run);
}

/**
 * A kernel of TensorFlow.js. `run` gets TensorFlow.js's inputs (absent ones are undefined) and returns the outputs. It
 * may return `undefined` to leave a call to tfjs-backend-webgpu. Memory is freed as for a `contractKernel`.
 */
export function tfjsKernel<Inputs extends object, Attrs = object>(
  kernelName: string,
  run: (inputs: Inputs, attrs: Attrs, gpu: WebgpuBackend) => TensorInfo | TensorInfo[] | undefined,
): WebgpuKernel {
  const endsStep = declarationOf(kernelName)?.endsStep ?? false;
  return {
    kernelName,
    kernelFunc: (params) => {
      const gpu = params.backend as WebgpuBackend;
      const outputs = gpu.runKernel(() => run(params.inputs as Inputs, params.attrs as Attrs, gpu), endsStep);
      return outputs ?? getKernel(kernelName, 'webgpu').kernelFunc(params);
    },
  };
}
