import { fill, greaterEqual, reshape, scatterND, slice, where, zeros } from '@tensorflow/tfjs-core';
import { portableKernel } from '../kernels/portable-kernel.ts';

/**
 * tfjs's UnsortedSegmentSum for backends without one: `y[s] = Σ x[i]` over the `i` with `segmentIds[i] = s`. Negative
 * ids are dropped, as in TensorFlow.
 */
export const unsortedSegmentSumKernel = portableKernel(
  'UnsortedSegmentSum',
  ({ x, segmentIds }, { numSegments }) => {
    const rest = x.shape.slice(1);
    // tfjs cannot scatter an empty tensor.
    if (x.size === 0) return { y: zeros([numSegments, ...rest], x.dtype) };
    // Dropped ids go to an extra segment, which is cut off.
    const ids = where(greaterEqual(segmentIds, 0), segmentIds, fill(segmentIds.shape, numSegments, 'int32'));
    const sums = scatterND(reshape(ids, [ids.size, 1]), x, [numSegments + 1, ...rest]);
    return { y: slice(sums, 0, numSegments) };
  },
);
