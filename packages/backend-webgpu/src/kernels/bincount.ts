import { Bincount, DenseBincount, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { programs } from '../programs/program.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { tfjsKernel, type WebgpuKernel } from './webgpu-kernel.ts';

/** Each thread counts one value in one row, starting at the row's first element, so the sum is the same each time. */
const counts = programs<{ readonly isWeighted: boolean; readonly isBinary: boolean }>(
  ({ isWeighted, isBinary }) => ({
    name: 'bincount',
    params: { size: 'u32', bins: 'u32', columns: 'u32' },
    buffers: {
      x: ['read', 'i32'],
      ...(isWeighted && { weights: ['read', 'f32'] as const }),
      y: ['read_write', 'f32'],
    },
    code: `
${eachItem}
  let first = index / params.bins * params.columns;
  let bin = i32(index % params.bins);
  var sum = 0.0;
  for (var i = first; i < first + params.columns; i++) {
    if (x[i] == bin) { ${isBinary ? 'sum = 1.0' : `sum += ${isWeighted ? 'weights[i]' : '1.0'}`}; }
  }
  y[index] = sum;
}`,
  }),
);

interface Call {
  readonly x: TensorInfo;
  readonly weights: TensorInfo;
  readonly bins: number;
  readonly rows: number;
  readonly isBinary: boolean;
}

function count(gpu: WebgpuBackend, { x, weights, bins, rows, isBinary }: Call): TensorInfo | undefined {
  const isWeighted = util.sizeFromShape(weights.shape) > 0;
  if (x.dtype !== 'int32' || (isWeighted && weights.dtype !== 'float32')) return undefined;
  const y = gpu.output(x.shape.length === 2 ? [rows, bins] : [bins]);
  const size = rows * bins;
  gpu.run(counts({ isWeighted: isWeighted && !isBinary, isBinary }), {
    buffers: { x, weights, y },
    params: { size, bins, columns: util.sizeFromShape(x.shape) / Math.max(1, rows) },
    workgroups: workgroupsFor(size),
  });
  return y;
}

interface Inputs {
  readonly x: TensorInfo;
  readonly weights: TensorInfo;
}

/** tfjs-backend-webgpu's programs for these kernels are no longer valid WGSL. */
export const bincountKernels: readonly WebgpuKernel[] = [
  tfjsKernel<Inputs, { readonly size: number }>(Bincount, ({ x, weights }, { size }, gpu) =>
    count(gpu, { x, weights, bins: size, rows: 1, isBinary: false }),
  ),
  tfjsKernel<Inputs, { readonly size: number; readonly binaryOutput: boolean }>(
    DenseBincount,
    ({ x, weights }, { size, binaryOutput }, gpu) =>
      count(gpu, {
        x,
        weights,
        bins: size,
        rows: x.shape.length === 2 ? x.shape[0]! : 1,
        isBinary: binaryOutput,
      }),
  ),
];
