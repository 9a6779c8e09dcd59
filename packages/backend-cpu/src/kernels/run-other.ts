import {
  getKernel,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { CpuBackend } from '../cpu-backend.ts';
import { BACKEND_NAME } from '../name.ts';

/**
 * Runs another kernel of the backend, ours or tfjs's, inside a kernel; for kernels with one output. If the outer kernel
 * fails, this output is disposed of too.
 */
export function runOther(
  cpu: CpuBackend,
  kernelName: string,
  inputs: NamedTensorInfoMap,
  attrs: NamedAttrMap = {},
): TensorInfo {
  const info = getKernel(kernelName, BACKEND_NAME).kernelFunc({ inputs, attrs, backend: cpu }) as TensorInfo;
  cpu.adopt(info);
  return info;
}
