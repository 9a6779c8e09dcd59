import { util } from '@tensorflow/tfjs-core';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { defineProgram } from '../programs/program.ts';
import { contractKernel } from './webgpu-kernel.ts';

export const paddingProgram = defineProgram({
  name: 'zero padding',
  params: { size: 'u32', rows: 'u32', features: 'u32' },
  buffers: { x: ['read', 'f32'], lengths: ['read', 'i32'], y: ['read_write', 'f32'] },
  code: `
${eachItem}
  let at = index / params.features;
  var value = 0.0;
  if (i32(at / params.rows) < lengths[at % params.rows]) { value = x[index]; }
  y[index] = value;
}`,
});

export const zeroPadding = contractKernel('ZeroPadding', ({ x, lengths }, _, gpu) => {
  const y = gpu.output(x.shape);
  const size = util.sizeFromShape(x.shape);
  gpu.run(paddingProgram, {
    buffers: { x, lengths, y },
    params: { size, rows: x.shape[1]!, features: util.sizeFromShape(x.shape.slice(2)) },
    workgroups: workgroupsFor(size),
  });
  return { y };
});
