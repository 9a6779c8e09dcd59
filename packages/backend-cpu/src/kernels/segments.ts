import {
  backend_util,
  ScatterNd,
  type ScatterNdAttrs,
  type TensorInfo,
  UnsortedSegmentSum,
  util,
} from '@tensorflow/tfjs-core';
import type { CpuBackend } from '../cpu-backend.ts';
import { type CpuKernel, tfjsKernel } from './cpu-kernel.ts';
import { itemsOf, LANES } from './grain.ts';

/** Largest number of rows of a segment that are summed in single precision; see assembly/segments.ts. */
const LONG_SEGMENT = 256;

interface Segments {
  readonly count: number;
  readonly segments: number;
  readonly width: number;
}

/**
 * Adds each row of x `[count, width]` to the row of y `[segments, width]` that its id names; rows with an invalid id
 * are dropped.
 */
function addToSegments(
  cpu: CpuBackend,
  x: number,
  ids: number,
  y: number,
  { count, segments, width }: Segments,
): void {
  // A segment can have many rows only if there are many rows.
  const places = count > LONG_SEGMENT ? cpu.scratch(4 * segments) : 0;
  const long = places ? cpu.wasm.placeLongSegments(ids, places, count, segments) : 0;
  const sums = long > 0 ? cpu.scratch(8 * long * width) : 0;
  const args = [x, ids, y, count, segments, width, long > 0 ? places : 0, sums];
  // Threads share the columns, so no two threads add to the same element.
  cpu.parallel('segmentSum', args, Math.ceil(width / LANES), itemsOf(LANES * (count + segments)));
}

const unsortedSegmentSum = tfjsKernel<{ x: TensorInfo; segmentIds: TensorInfo }, { numSegments: number }>(
  UnsortedSegmentSum,
  ({ x, segmentIds }, { numSegments }, cpu) => {
    if (x.dtype !== 'float32' || segmentIds.dtype !== 'int32' || segmentIds.shape.length !== 1)
      return undefined;
    const rest = x.shape.slice(1);
    const y = cpu.output([numSegments, ...rest], 'float32');
    addToSegments(cpu, cpu.pointer(x), cpu.pointer(segmentIds), y.pointer, {
      count: segmentIds.shape[0]!,
      segments: numSegments,
      width: util.sizeFromShape(rest),
    });
    return y.info;
  },
);

/**
 * The indices of a slice combine to one row number. An index out of range is left to tfjs-backend-cpu, which refuses
 * it.
 */
const scatterNd = tfjsKernel<{ indices: TensorInfo; updates: TensorInfo }, ScatterNdAttrs>(
  ScatterNd,
  ({ indices, updates }, { shape }, cpu) => {
    if (updates.dtype !== 'float32' || indices.dtype !== 'int32') return undefined;
    const { sliceRank, numUpdates, sliceSize, strides, outputSize } = backend_util.calculateShapes(
      updates,
      indices,
      shape,
    );
    const segments = outputSize / sliceSize;
    if (sliceRank < 1 || outputSize === 0) return undefined;
    const from = cpu.pointer(indices);
    const ids = cpu.scratch(4 * numUpdates);
    const given = cpu.integers(from, numUpdates * sliceRank);
    const rows = cpu.integers(ids, numUpdates);
    for (let i = 0; i < numUpdates; i++) {
      let row = 0;
      for (let axis = 0; axis < sliceRank; axis++) row += given[i * sliceRank + axis]! * strides[axis]!;
      if (row < 0 || row >= segments) return undefined;
      rows[i] = row;
    }
    const y = cpu.output(shape, 'float32');
    addToSegments(cpu, cpu.pointer(updates), ids, y.pointer, {
      count: numUpdates,
      segments,
      width: sliceSize,
    });
    return y.info;
  },
);

export const segmentKernels: readonly CpuKernel[] = [unsortedSegmentSum, scatterNd];
