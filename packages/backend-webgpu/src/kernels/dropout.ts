import { util } from '@tensorflow/tfjs-core';
import { dropoutRule } from '@unroll/backend/contract';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { defineProgram } from '../programs/program.ts';
import { contractKernel } from './webgpu-kernel.ts';

/** Each thread draws the four words of one counter, and keeps or drops four elements. */
export const dropoutProgram = defineProgram({
  name: 'dropout',
  params: {
    size: 'u32',
    elements: 'u32',
    key0: 'u32',
    key1: 'u32',
    offset0: 'u32',
    offset1: 'u32',
    threshold: 'u32',
    scale: 'f32',
  },
  buffers: { x: ['read', 'f32'], y: ['read_write', 'f32'] },
  code: `
/** High and low word of a 64-bit product, from 16-bit halves: WGSL has no wider integers. */
fn multiply(a: u32, b: u32) -> vec2u {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let carried = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
  return vec2u((a >> 16u) * (b >> 16u) + (middle >> 16u) + (carried >> 16u), a * b);
}
${eachItem}
  var key = vec2u(params.key0, params.key1);
  var counter = vec4u(index, 0u, params.offset0, params.offset1);
  for (var round = 0; round < 10; round++) {
    let first = multiply(0xd2511f53u, counter.x);
    let second = multiply(0xcd9e8d57u, counter.z);
    counter = vec4u(second.x ^ counter.y ^ key.x, second.y, first.x ^ counter.w ^ key.y, first.y);
    key += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  for (var i = 0u; i < 4u; i++) {
    let at = 4u * index + i;
    if (at < params.elements) { y[at] = x[at] * select(0.0, params.scale, counter[i] >= params.threshold); }
  }
}`,
});

export const philoxDropout = contractKernel('PhiloxDropout', ({ x }, { p, seed, offset }, gpu) => {
  const y = gpu.output(x.shape);
  const elements = util.sizeFromShape(x.shape);
  const size = Math.ceil(elements / 4);
  const { threshold, scale } = dropoutRule(p);
  gpu.run(dropoutProgram, {
    buffers: { x, y },
    params: {
      size,
      elements,
      key0: seed[0],
      key1: seed[1],
      offset0: offset[0],
      offset1: offset[1],
      threshold,
      scale,
    },
    workgroups: workgroupsFor(size),
  });
  return { y };
});
