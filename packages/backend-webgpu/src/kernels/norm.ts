import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { boundBuffers } from '../device/adapter.ts';
import { batchPrograms, MAX_ELEMENTS } from '../programs/batch-program.ts';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { joinLanes } from '../programs/lanes.ts';
import { type BufferUse, defineProgram, type ParamType, programs } from '../programs/program.ts';
import { contractKernel, type WebgpuKernel } from './webgpu-kernel.ts';

const THREADS = 256;

/** The least number of elements per workgroup, and the largest number of workgroups per tensor. */
const ELEMENTS = 4 * THREADS;
const MAX_PARTS = 1024;

const everyLane = { threads: THREADS, lanes: THREADS };

/** The numbers from 0 to `count − 1`. */
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Declarations for each of several tensors. */
const each = <T>(count: number, make: (i: number) => readonly (readonly [string, T])[]): Record<string, T> =>
  Object.fromEntries(upTo(count).flatMap(make));

/**
 * WGSL that processes several tensors in one dispatch. Tensor `i` has the workgroups from `first{i}` up to
 * `first{i+1}`, and `size{i}` elements. In `code`, the workgroup is number `part` of the tensor's `parts` workgroups.
 */
const eachTensor = (count: number, code: (i: number) => string): string =>
  upTo(count)
    .map(
      (i) => `if (workgroup.x >= params.first${i} && workgroup.x < params.first${i + 1}) {
    let part = workgroup.x - params.first${i};
    let parts = params.first${i + 1} - params.first${i};
    ${code(i)}
  }`,
    )
    .join('\n  ');

const sizeParams = (count: number): Record<string, ParamType> => ({
  ...each(count, (i) => [[`size${i}`, 'u32'] as const]),
  ...each(count + 1, (i) => [[`first${i}`, 'u32'] as const]),
});

/**
 * Each workgroup writes the sum of the squares of a part of a tensor to the common list of sums, starting at `offset`.
 */
const squares = programs<{ readonly count: number }>(({ count }) => ({
  name: 'norm, sums of squares',
  params: { offset: 'u32', ...sizeParams(count) },
  buffers: {
    ...each<BufferUse>(count, (i) => [[`x${i}`, ['read', 'f32']]]),
    sums: ['read_write', 'f32'],
  },
  code: `
${joinLanes('join', everyLane)}
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  ${eachTensor(
    count,
    (i) =>
      `for (var at = part * ${THREADS}u + lane; at < params.size${i}; at += parts * ${THREADS}u) { sum += x${i}[at] * x${i}[at]; }`,
  )}
  sum = join(sum, lane, 0u);
  if (lane == 0u) { sums[params.offset + workgroup.x] = sum; }
}`,
}));

const rootOfSum = defineProgram({
  name: 'norm, root',
  params: { size: 'u32' },
  buffers: { sums: ['read', 'f32'], norm: ['read_write', 'f32'] },
  code: `
${joinLanes('join', everyLane)}
@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var i = lane; i < params.size; i += ${THREADS}u) { sum += sums[i]; }
  sum = join(sum, lane, 0u);
  if (lane == 0u) { norm[0] = sqrt(sum); }
}`,
});

/** Multiplies one large tensor by the factor. */
const scale = defineProgram({
  name: 'scale of one tensor',
  params: { size: 'u32' },
  buffers: { x: ['read', 'f32'], factor: ['read', 'f32'], y: ['read_write', 'f32'] },
  code: `
${eachItem}
  y[index] = x[index] * factor[0];
}`,
});

/** Multiplies many small tensors by the factor. */
const scales = batchPrograms(() => ({
  name: 'scale',
  params: {},
  inputs: ['x', 'factor'],
  scalars: ['factor'],
  outputs: ['y'],
  formula: 'y = x * factor;',
}));

interface Group {
  readonly tensors: readonly TensorInfo[];
  readonly params: Readonly<Record<string, number>>;
  readonly workgroups: number;
}

/** Groups tensors so that one dispatch can bind each group; empty tensors are left out. */
function groupsOf(tensors: readonly TensorInfo[], most: number): Group[] {
  const filled = tensors.filter(({ shape }) => util.sizeFromShape(shape) > 0);
  return upTo(Math.ceil(filled.length / most)).map((g) => {
    const group = filled.slice(g * most, (g + 1) * most);
    const params: Record<string, number> = { first0: 0 };
    let first = 0;
    group.forEach(({ shape }, i) => {
      const size = util.sizeFromShape(shape);
      first += Math.min(MAX_PARTS, Math.ceil(size / ELEMENTS));
      params[`size${i}`] = size;
      params[`first${i + 1}`] = first;
    });
    return { tensors: group, params, workgroups: first };
  });
}

const named = (letter: string, tensors: readonly TensorInfo[]): Record<string, TensorInfo> =>
  Object.fromEntries(tensors.map((tensor, i) => [`${letter}${i}`, tensor]));

const globalNorm = contractKernel('GlobalNorm', (inputs, _, gpu) => {
  const groups = groupsOf(Object.values(inputs), boundBuffers(gpu.device) - 1);
  const total = groups.reduce((sum, { workgroups }) => sum + workgroups, 0);
  const norm = gpu.output([]);
  const sums = gpu.scratch([Math.max(total, 1)]);
  let offset = 0;
  for (const { tensors, params, workgroups } of groups) {
    gpu.run(squares({ count: tensors.length }), {
      buffers: { ...named('x', tensors), sums },
      params: { ...params, offset },
      workgroups: [workgroups],
    });
    offset += workgroups;
  }
  gpu.run(rootOfSum, { buffers: { sums, norm }, params: { size: total }, workgroups: [1] });
  return { norm };
});

const scaleTensors = contractKernel('ScaleTensors', (inputs, _, gpu) => {
  const { factor, ...tensors } = inputs;
  const scaled = (x: TensorInfo): TensorInfo => {
    const size = util.sizeFromShape(x.shape);
    if (size > 0 && size <= MAX_ELEMENTS) {
      const y = gpu.awaited(x.shape);
      gpu.runWithOthers(scales({}, gpu), { inputs: { x, factor }, outputs: { y }, params: {} });
      return y;
    }
    const y = gpu.output(x.shape);
    gpu.run(scale, { buffers: { x, factor, y }, params: { size }, workgroups: workgroupsFor(size) });
    return y;
  };
  return Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, scaled(x)]));
});

export const normKernels: readonly WebgpuKernel[] = [globalNorm, scaleTensors];
export const normPrograms = [rootOfSum];
