import {
  getKernel,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { BACKEND_NAME } from '../name.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';

/** Runs another kernel of the backend, ours or tfjs's, inside a kernel; for kernels with one output. */
export const runOther = (
  gpu: WebgpuBackend,
  kernelName: string,
  inputs: NamedTensorInfoMap,
  attrs: NamedAttrMap = {},
): TensorInfo =>
  getKernel(kernelName, BACKEND_NAME).kernelFunc({ inputs, attrs, backend: gpu }) as TensorInfo;
