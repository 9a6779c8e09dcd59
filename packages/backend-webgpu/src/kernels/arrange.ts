import { type TensorInfo, Transpose, util } from '@tensorflow/tfjs-core';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { defineProgram, programs } from '../programs/program.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { tfjsKernel } from './webgpu-kernel.ts';

const TILE = 16;

/**
 * `[matrices, rows, columns]` to `[matrices, columns, rows]`, by tiles, so that both reads and writes are contiguous.
 */
export const transposeProgram = defineProgram({
  name: 'transpose',
  params: { rows: 'u32', columns: 'u32', across: 'u32', down: 'u32', tiles: 'u32' },
  buffers: { x: ['read', 'u32'], y: ['read_write', 'u32'] },
  code: `
var<workgroup> tile: array<u32, ${TILE * (TILE + 1)}>;

@compute @workgroup_size(${TILE}, ${TILE})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let index = workgroup.y * workgroups.x + workgroup.x;
  let matrix = index / params.across / params.down;
  let first = matrix * params.rows * params.columns;
  let row0 = index / params.across % params.down * ${TILE}u;
  let column0 = index % params.across * ${TILE}u;
  let isTile = index < params.tiles;
  if (isTile && row0 + local.y < params.rows && column0 + local.x < params.columns) {
    tile[local.y * ${TILE + 1}u + local.x] = x[first + (row0 + local.y) * params.columns + column0 + local.x];
  }
  workgroupBarrier();
  if (isTile && row0 + local.x < params.rows && column0 + local.y < params.columns) {
    y[first + (column0 + local.y) * params.rows + row0 + local.x] = tile[local.x * ${TILE + 1}u + local.y];
  }
}`,
});

/** Copies each element of y from its place in x, given by the strides of the axes. */
const rearrange = programs<{ readonly rank: number }>(({ rank }) => {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return {
    name: 'transpose of several axes',
    params: {
      size: 'u32',
      ...Object.fromEntries(
        axes.flatMap((axis) => [
          [`size${axis}`, 'u32' as const],
          [`stride${axis}`, 'u32' as const],
        ]),
      ),
    },
    buffers: { x: ['read', 'u32'], y: ['read_write', 'u32'] },
    code: `
${eachItem}
  var rest = index;
  var source = 0u;
  ${axes
    .toReversed()
    .map(
      (axis) => `source += rest % params.size${axis} * params.stride${axis};
  rest /= params.size${axis};`,
    )
    .join('\n  ')}
  y[index] = x[source];
}`,
  };
});

/**
 * Drops axes of size 1 and merges neighbouring axes that stay neighbours; returns the sizes of x and their permutation.
 */
function simplified(shape: readonly number[], perm: readonly number[]): { sizes: number[]; perm: number[] } {
  const groups: { first: number; last: number; size: number }[] = [];
  for (const axis of perm) {
    if (shape[axis] === 1) continue;
    const group = groups.at(-1);
    const follows = group && util.sizeFromShape(shape.slice(group.last + 1, axis)) === 1 && axis > group.last;
    if (follows) {
      group.last = axis;
      group.size *= shape[axis]!;
    } else groups.push({ first: axis, last: axis, size: shape[axis]! });
  }
  const inOrder = groups.toSorted((a, b) => a.first - b.first);
  return { sizes: inOrder.map(({ size }) => size), perm: groups.map((group) => inOrder.indexOf(group)) };
}

/** Writes x with its axes in another order. */
export function transposeTo(
  gpu: WebgpuBackend,
  x: TensorInfo,
  permutation: readonly number[],
  y: TensorInfo,
): void {
  const { sizes, perm } = simplified(x.shape, permutation);
  const isMatrix = perm.length >= 2 && perm.length <= 3 && perm.at(-1) === perm.length - 2;
  const [rows = 1, columns = 1] = sizes.slice(-2);
  // In narrow matrices, neighbouring elements are close in x and in y anyway.
  if (isMatrix && perm.at(-2) === perm.length - 1 && rows >= TILE && columns >= TILE) {
    const across = Math.ceil(columns / TILE);
    const down = Math.ceil(rows / TILE);
    const tiles = across * down * (perm.length === 3 ? sizes[0]! : 1);
    gpu.run(transposeProgram, {
      buffers: { x, y },
      params: { rows, columns, across, down, tiles },
      workgroups: workgroupsFor(tiles, 1),
    });
    return;
  }
  const strides = sizes.map((_, axis) => util.sizeFromShape(sizes.slice(axis + 1)));
  const size = util.sizeFromShape(x.shape);
  const params: Record<string, number> = { size };
  perm.forEach((axis, i) => {
    params[`size${i}`] = sizes[axis]!;
    params[`stride${i}`] = strides[axis]!;
  });
  gpu.run(rearrange({ rank: perm.length }), { buffers: { x, y }, params, workgroups: workgroupsFor(size) });
}

export const transpose = tfjsKernel<{ x: TensorInfo }, { readonly perm: number[] }>(
  Transpose,
  ({ x }, { perm }, gpu) => {
    if (x.dtype === 'complex64' || x.dtype === 'string') return undefined;
    // Small tensors on the host stay there, so that values derived from them can be checked at once.
    if (gpu.shouldExecuteOnCPU([x])) return undefined;
    const y = gpu.output(
      perm.map((axis) => x.shape[axis]!),
      x.dtype,
    );
    transposeTo(gpu, x, perm, y);
    return y;
  },
);
