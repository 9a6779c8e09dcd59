import { Cast, type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { defineProgram } from '../programs/program.ts';
import { tfjsKernel } from './webgpu-kernel.ts';

export const castProgram = defineProgram({
  name: 'cast to float',
  params: { size: 'u32' },
  buffers: { x: ['read', 'i32'], y: ['read_write', 'f32'] },
  code: `
${eachItem}
  y[index] = f32(x[index]);
}`,
});

/**
 * Casts integers to floats. tfjs-backend-webgpu only relabels the integers as floats, and inserts a conversion wherever
 * they are read. Our programs rely on a tensor holding values of its dtype.
 */
export const cast = tfjsKernel<{ x: TensorInfo }, { readonly dtype: DataType }>(
  Cast,
  ({ x }, { dtype }, gpu) => {
    if (dtype !== 'float32' || (x.dtype !== 'int32' && x.dtype !== 'bool')) return undefined;
    const size = util.sizeFromShape(x.shape);
    const known = gpu.shouldExecuteOnCPU([x]) ? gpu.hostValues(x.dataId) : undefined;
    if (known) return gpu.makeTensorInfo(x.shape, dtype, Float32Array.from(known));
    const y = gpu.output(x.shape);
    gpu.run(castProgram, { buffers: { x, y }, params: { size }, workgroups: workgroupsFor(size) });
    return y;
  },
);
