import { LogSoftmax, Softmax, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { KernelName } from '../wasm.ts';
import { type CpuKernel, tfjsKernel } from './cpu-kernel.ts';
import { itemsOf } from './grain.ts';

/** tfjs's kernel name, the function of assembly/softmax.ts, and the attribute that names the axis. */
const functions: readonly (readonly [string, KernelName, string])[] = [
  [Softmax, 'softmax', 'dim'],
  [LogSoftmax, 'logSoftmax', 'axis'],
];

/** Along the last axis; tfjs-backend-cpu handles other axes. */
export const softmaxKernels: readonly CpuKernel[] = functions.map(([kernelName, name, axisAttribute]) =>
  tfjsKernel<{ logits: TensorInfo }, Record<string, number>>(kernelName, ({ logits }, attrs, cpu) => {
    const axis = attrs[axisAttribute]!;
    const rank = logits.shape.length;
    if (logits.dtype !== 'float32' || rank === 0 || (axis !== -1 && axis !== rank - 1)) return undefined;
    const classes = logits.shape[rank - 1]!;
    if (classes === 0) return undefined;
    const y = cpu.output(logits.shape, 'float32');
    const rows = util.sizeFromShape(logits.shape) / classes;
    cpu.parallel(name, [cpu.pointer(logits), y.pointer, classes], rows, itemsOf(4 * classes));
    return y.info;
  }),
);
