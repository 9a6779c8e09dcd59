import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  type DataType,
  getKernel,
  getKernelsForBackend,
  type KernelFunc,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { silenceAdvice } from '@unroll/backend/engine';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import type { WebgpuKernel } from './webgpu-kernel.ts';

let host: MathBackendCPU | undefined;

/** An instance of tfjs-backend-cpu's backend that runs kernels without being registered */
function hostBackend(): MathBackendCPU {
  if (!host) {
    host = new MathBackendCPU();
    silenceAdvice(host);
  }
  return host;
}

/**
 * The kernels that tfjs-backend-cpu has and this backend lacks, mostly on strings, sparse and ragged tensors. They run
 * on the host if their inputs' values are there.
 */
export const hostKernels = (has: (kernelName: string) => boolean): WebgpuKernel[] =>
  getKernelsForBackend('cpu')
    .filter(({ kernelName }) => !has(kernelName))
    .map(({ kernelName }) => ({ kernelName, kernelFunc: onHost(kernelName) }));

/** Runs a kernel on the host and returns its results as tensors of this backend. */
export function onHost(kernelName: string): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const gpu = backend as WebgpuBackend;
    const cpu = hostBackend();
    const moved: TensorInfo[] = [];
    const move = (name: string, info: TensorInfo): TensorInfo => {
      const values = gpu.valuesOnHost(info.dataId);
      if (!values) {
        throw new Error(
          `webgpu: ${kernelName} runs on the host, and the values of ${name} are on the GPU; read them first: await ${name}.data()`,
        );
      }
      const there = cpu.makeTensorInfo(info.shape, info.dtype, values as Float32Array);
      moved.push(there);
      // Some kernels read the rank of a tensor.
      return Object.assign(there, { rank: info.shape.length });
    };
    try {
      const given = Array.isArray(inputs)
        ? inputs.map((info: TensorInfo, i) => move(`input ${i}`, info))
        : Object.fromEntries(
            Object.entries(inputs).map(([name, info]) => [
              name,
              Array.isArray(info)
                ? info.map((member: TensorInfo) => move(name, member))
                : move(name, info as TensorInfo),
            ]),
          );
      const result = getKernel(kernelName, 'cpu').kernelFunc({
        inputs: given as unknown as NamedTensorInfoMap,
        attrs: attrs as NamedAttrMap,
        backend: cpu,
      });
      const back = (info: TensorInfo): TensorInfo => {
        if (info.dtype === 'complex64')
          throw new Error(
            `webgpu: ${kernelName} gives complex numbers, which come from the GPU's own kernels alone`,
          );
        const values = cpu.data.get(info.dataId).values as Float32Array;
        cpu.disposeData(info.dataId);
        return gpu.makeTensorInfo(info.shape, info.dtype as DataType, copyOf(values));
      };
      return Array.isArray(result) ? result.map(back) : back(result as TensorInfo);
    } finally {
      for (const { dataId } of moved) cpu.disposeData(dataId);
    }
  };
}

/** Copies the values, because a result may be an input's own array. */
const copyOf = <Values extends Float32Array>(values: Values): Values =>
  ArrayBuffer.isView(values) ? (values.slice() as Values) : values;
