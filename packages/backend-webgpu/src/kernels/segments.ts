import { backend_util, ScatterNd, type TensorInfo, UnsortedSegmentSum, util } from '@tensorflow/tfjs-core';
import { checkPlaces } from '@unroll/backend/contract';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { programs } from '../programs/program.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { orderSegments } from './segment-order.ts';
import { tfjsKernel, type WebgpuKernel } from './webgpu-kernel.ts';

/** Number of neighbours in a block, whose sum the next level holds. */
const BLOCK = 32;
const FEW = 2 * BLOCK;

interface Choices {
  readonly type: 'f32' | 'i32';
}

/** The first level: sums of blocks of rows in their sorted order. */
const addRows = programs<Choices>(({ type }) => ({
  name: 'segments, sums of rows',
  params: { size: 'u32', features: 'u32' },
  buffers: { x: ['read', type], order: ['read', 'u32'], sums: ['read_write', type] },
  code: `
${eachItem}
  let first = index / params.features * ${BLOCK}u;
  var sum = ${type}();
  for (var i = 0u; i < ${BLOCK}u; i++) { sum += x[order[first + i] * params.features + index % params.features]; }
  sums[index] = sum;
}`,
}));

/** The next level: sums of blocks of the level that begins at `first`, stored after it. */
const addBlocks = programs<Choices>(({ type }) => ({
  name: 'segments, sums of blocks',
  params: { size: 'u32', features: 'u32', first: 'u32', next: 'u32' },
  buffers: { sums: ['read_write', type] },
  code: `
${eachItem}
  let block = params.first + index / params.features * ${BLOCK}u;
  var sum = ${type}();
  for (var i = 0u; i < ${BLOCK}u; i++) { sum += sums[(block + i) * params.features + index % params.features]; }
  sums[params.next * params.features + index] = sum;
}`,
}));

/**
 * A segment's sum. At each level, it adds the entries before the first whole block of the next level and those after
 * the last whole block. So each number takes part in at most a few dozen additions, for any number of rows.
 */
const addSegments = programs<Choices>(({ type }) => ({
  name: 'segments, sums',
  params: { size: 'u32', rows: 'u32', features: 'u32', levels: 'u32' },
  buffers: {
    x: ['read', type],
    order: ['read', 'u32'],
    starts: ['read', 'u32'],
    sums: ['read', type],
    y: ['read_write', type],
  },
  code: `
fn valueAt(level: u32, first: u32, place: u32, feature: u32) -> ${type} {
  if (level == 0u) { return x[order[place] * params.features + feature]; }
  return sums[(first + place) * params.features + feature];
}
${eachItem}
  let segment = index / params.features;
  let feature = index % params.features;
  var low = starts[segment];
  var high = starts[segment + 1u];
  var first = 0u;
  var count = params.rows;
  var total = ${type}();
  for (var level = 0u; level <= params.levels; level++) {
    var sum = ${type}();
    if (high - low <= ${FEW}u || level == params.levels) {
      for (; low < high; low++) { sum += valueAt(level, first, low, feature); }
      total += sum;
      break;
    }
    for (; low % ${BLOCK}u != 0u; low++) { sum += valueAt(level, first, low, feature); }
    for (; high % ${BLOCK}u != 0u; ) {
      high--;
      sum += valueAt(level, first, high, feature);
    }
    total += sum;
    if (level > 0u) { first += count; }
    low /= ${BLOCK}u;
    high /= ${BLOCK}u;
    count /= ${BLOCK}u;
  }
  y[index] = total;
}`,
}));

const isSummable = ({ dtype }: TensorInfo): boolean => dtype === 'float32' || dtype === 'int32';

interface Rows {
  /** `[rows, features]` */
  readonly x: TensorInfo;
  /** int32 `[rows]` */
  readonly ids: TensorInfo;
  /** `[segments, features]` */
  readonly y: TensorInfo;
  readonly rows: number;
  readonly features: number;
  readonly segments: number;
}

/** Sums rows by segment, always in the same order; rows without a segment are left out. */
function addUp(gpu: WebgpuBackend, { x, ids, y, rows, features, segments }: Rows): void {
  if (segments * features === 0) return;
  if (rows === 0) {
    gpu.copy(undefined, y);
    return;
  }
  const type = x.dtype === 'float32' ? 'f32' : 'i32';
  const { order, starts, longest } = orderSegments(gpu, ids, rows, segments);
  const levels: number[] = [];
  for (let count = rows; count > FEW && longest > FEW; ) {
    count = Math.floor(count / BLOCK);
    levels.push(count);
  }
  const total = levels.reduce((sum, count) => sum + count, 0);
  const sums = gpu.scratch([Math.max(1, total * features)], x.dtype);
  let next = 0;
  levels.forEach((count, level) => {
    const size = count * features;
    const workgroups = workgroupsFor(size);
    if (level === 0) {
      gpu.run(addRows({ type }), { buffers: { x, order, sums }, params: { size, features }, workgroups });
    } else {
      const first = next - levels[level - 1]!;
      gpu.run(addBlocks({ type }), {
        buffers: { sums },
        params: { size, features, first, next },
        workgroups,
      });
    }
    next += count;
  });
  const size = segments * features;
  gpu.run(addSegments({ type }), {
    buffers: { x, order, starts, sums, y },
    params: { size, rows, features, levels: levels.length },
    workgroups: workgroupsFor(size),
  });
}

const unsortedSegmentSum = tfjsKernel<
  { x: TensorInfo; segmentIds: TensorInfo },
  { readonly numSegments: number }
>(UnsortedSegmentSum, ({ x, segmentIds }, { numSegments }, gpu) => {
  const [rows = 1, ...rest] = x.shape;
  if (!isSummable(x)) return undefined;
  const y = gpu.output([numSegments, ...rest], x.dtype);
  const features = util.sizeFromShape(rest);
  addUp(gpu, { x, ids: segmentIds, y, rows, features, segments: numSegments });
  return y;
});

/** The matrix row that several indices denote; −1 if one of them is out of range. */
const flatten = programs<{ readonly rank: number }>(({ rank }) => ({
  name: 'indices to rows',
  params: {
    size: 'u32',
    ...Object.fromEntries(Array.from({ length: rank }, (_, axis) => [`size${axis}`, 'i32' as const])),
  },
  buffers: { indices: ['read', 'i32'], rows: ['read_write', 'i32'] },
  code: `
${eachItem}
  var row = 0;
  var isRow = true;
  ${Array.from(
    { length: rank },
    (_, axis) => `{
    let at = indices[index * ${rank}u + ${axis}u];
    isRow = isRow && at >= 0 && at < params.size${axis};
    row = row * params.size${axis} + at;
  }`,
  ).join('\n  ')}
  rows[index] = select(-1, row, isRow);
}`,
}));

const scatterNd = tfjsKernel<{ indices: TensorInfo; updates: TensorInfo }, { readonly shape: number[] }>(
  ScatterNd,
  ({ indices, updates }, { shape }, gpu) => {
    if (!isSummable(updates)) return undefined;
    const { sliceRank, numUpdates, sliceSize } = backend_util.calculateShapes(updates, indices, shape);
    const sizes = shape.slice(0, sliceRank);
    gpu.checkValues([indices], (values) => checkPlaces(ScatterNd, 'indices', values, sizes));
    const y = gpu.output(shape, updates.dtype);
    let ids = indices;
    if (sliceRank > 1) {
      ids = gpu.scratch([numUpdates], 'int32');
      gpu.run(flatten({ rank: sliceRank }), {
        buffers: { indices, rows: ids },
        params: {
          size: numUpdates,
          ...Object.fromEntries(sizes.map((size, axis) => [`size${axis}`, size])),
        },
        workgroups: workgroupsFor(numUpdates),
      });
    }
    addUp(gpu, {
      x: updates,
      ids,
      y,
      rows: numUpdates,
      features: sliceSize,
      segments: util.sizeFromShape(sizes),
    });
    return y;
  },
);

export const segmentKernels: readonly WebgpuKernel[] = [unsortedSegmentSum, scatterNd];
