import type { TensorInfo, TypedArray } from '@tensorflow/tfjs-core';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { defineProgram, type Program } from '../programs/program.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';

/*
 * WGSL has no atomic addition of floats, and atomic additions would have a different order each time. So rows are
 * sorted by their segment, by a merge sort. Each element finds its own place. Each dispatch doubles the length of the
 * sorted runs.
 */

/** WGSL: a row's segment; rows without a segment come last. */
const keyFunction = `
fn keyOf(row: u32) -> u32 {
  let id = ids[row];
  return select(u32(id), params.segments, id < 0 || u32(id) >= params.segments);
}`;

/** Length of the runs that are sorted by counting the rows that precede each row. */
const RUN = 64;

const sortRuns = defineProgram({
  name: 'segments, runs',
  params: { size: 'u32', segments: 'u32' },
  buffers: { ids: ['read', 'i32'], order: ['read_write', 'u32'] },
  code: `
${keyFunction}
${eachItem}
  let key = keyOf(index);
  let first = index - index % ${RUN}u;
  let end = min(params.size, first + ${RUN}u);
  var place = first;
  for (var other = first; other < end; other++) {
    let otherKey = keyOf(other);
    if (otherKey < key || (otherKey == key && other < index)) { place++; }
  }
  order[place] = index;
}`,
});

const mergeRuns = defineProgram({
  name: 'segments, merged runs',
  params: { size: 'u32', segments: 'u32', width: 'u32' },
  buffers: { ids: ['read', 'i32'], runs: ['read', 'u32'], order: ['read_write', 'u32'] },
  code: `
${keyFunction}
${eachItem}
  let row = runs[index];
  let key = keyOf(row);
  let run = index / params.width;
  let isLeft = run % 2u == 0u;
  let first = min(params.size, (run ^ 1u) * params.width);
  var low = first;
  var high = min(params.size, first + params.width);
  while (low < high) {
    let middle = (low + high) / 2u;
    let other = keyOf(runs[middle]);
    if (other < key || (other == key && !isLeft)) { low = middle + 1u; } else { high = middle; }
  }
  let pair = (run - run % 2u) * params.width;
  order[pair + index % params.width + low - first] = row;
}`,
});

/** Finds the start of each segment's rows in the order, and the end of the last segment. */
const findStarts = defineProgram({
  name: 'segments, starts',
  params: { size: 'u32', segments: 'u32', rows: 'u32' },
  buffers: { ids: ['read', 'i32'], order: ['read', 'u32'], starts: ['read_write', 'u32'] },
  code: `
${keyFunction}
${eachItem}
  var low = 0u;
  var high = params.rows;
  while (low < high) {
    let middle = (low + high) / 2u;
    if (keyOf(order[middle]) < index) { low = middle + 1u; } else { high = middle; }
  }
  starts[index] = low;
}`,
});

export const segmentOrderPrograms: readonly Program[] = [sortRuns, mergeRuns, findStarts];

export interface SegmentOrder {
  /** Rows sorted by segment, and within a segment in their original order; rows without a segment are last */
  readonly order: TensorInfo;
  /** `[segments + 1]`, the start of each segment in `order` */
  readonly starts: TensorInfo;
  /** An upper limit of the rows of the largest segment */
  readonly longest: number;
}

/** @param ids int32 `[rows]`, not empty; a row whose id is not in 0…segments−1 has no segment. */
export function orderSegments(
  gpu: WebgpuBackend,
  ids: TensorInfo,
  rows: number,
  segments: number,
): SegmentOrder {
  const known = gpu.hostValues(ids.dataId);
  const counted = known && segments <= 4 * rows + 65_536 ? countingSort(known, segments) : undefined;
  const order = counted
    ? gpu.adoptScratch(gpu.makeTensorInfo([rows], 'int32', counted.order))
    : sortedOnGpu(gpu, ids, rows, segments);
  const starts = gpu.scratch([segments + 1], 'int32');
  gpu.run(findStarts, {
    buffers: { ids, order, starts },
    params: { size: segments + 1, segments, rows },
    workgroups: workgroupsFor(segments + 1),
  });
  return { order, starts, longest: counted?.longest ?? rows };
}

function sortedOnGpu(gpu: WebgpuBackend, ids: TensorInfo, rows: number, segments: number): TensorInfo {
  const workgroups = workgroupsFor(rows);
  let order = gpu.scratch([rows], 'int32');
  gpu.run(sortRuns, { buffers: { ids, order }, params: { size: rows, segments }, workgroups });
  let spare = rows > RUN ? gpu.scratch([rows], 'int32') : order;
  for (let width = RUN; width < rows; width *= 2) {
    gpu.run(mergeRuns, {
      buffers: { ids, runs: order, order: spare },
      params: { size: rows, segments, width },
      workgroups,
    });
    [order, spare] = [spare, order];
  }
  return order;
}

/** The same order computed on the host, for ids whose values are on the host. */
function countingSort(ids: TypedArray, segments: number): { order: Int32Array; longest: number } {
  const places = new Int32Array(segments + 2);
  const keyOf = (id: number): number => (id >= 0 && id < segments ? id : segments);
  for (const id of ids) places[keyOf(id) + 1]!++;
  let longest = 0;
  for (let key = 0; key < segments; key++) longest = Math.max(longest, places[key + 1]!);
  for (let key = 0; key <= segments; key++) places[key + 1]! += places[key]!;
  const order = new Int32Array(ids.length);
  for (let row = 0; row < ids.length; row++) {
    const key = keyOf(ids[row]!);
    order[places[key]!++] = row;
  }
  return { order, longest };
}
