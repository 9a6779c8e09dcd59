import {
  fill,
  greaterEqual,
  type KernelFunc,
  reshape,
  scatterND,
  slice,
  type Tensor,
  type Tensor1D,
  tidy,
  where,
  zeros,
} from '@tensorflow/tfjs-core';

/**
 * tfjs's UnsortedSegmentSum for backends without one: `y[s] = Σ x[i]` over the `i` with `segmentIds[i] = s`; negative
 * ids are dropped, as TensorFlow does.
 */
export const unsortedSegmentSum: KernelFunc = ({ inputs, attrs }) =>
  tidy(() => {
    const { x, segmentIds } = inputs as unknown as { x: Tensor; segmentIds: Tensor1D };
    const { numSegments } = attrs as unknown as { numSegments: number };
    const rest = x.shape.slice(1);
    // tfjs cannot scatter nothing.
    if (x.size === 0) return zeros([numSegments, ...rest], x.dtype);
    // Dropped ids land in one segment more, which is cut off.
    const ids = where(greaterEqual(segmentIds, 0), segmentIds, fill(segmentIds.shape, numSegments, 'int32'));
    const sums = scatterND(reshape(ids, [ids.size, 1]), x, [numSegments + 1, ...rest]);
    return slice(sums, 0, numSegments);
  });
