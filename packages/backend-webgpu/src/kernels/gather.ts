import { backend_util, GatherV2, type Tensor, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { checkPlaces } from '@unroll/backend/contract';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { programs } from '../programs/program.ts';
import { tfjsKernel } from './webgpu-kernel.ts';

/**
 * Slices of `[batch, outer, count, slice]` by `[batch, indices]`. An index out of range gives NaN, or 0 for integers.
 */
const gatherSlices = programs<{ readonly type: 'f32' | 'i32' }>(({ type }) => ({
  name: 'gather',
  params: { size: 'u32', outer: 'u32', count: 'u32', slice: 'u32', indices: 'u32', missing: type },
  buffers: { x: ['read', type], at: ['read', 'i32'], y: ['read_write', type] },
  code: `
${eachItem}
  let place = index / params.slice;
  let outer = place / params.indices;
  let chosen = at[outer / params.outer * params.indices + place % params.indices];
  var value = params.missing;
  if (chosen >= 0 && u32(chosen) < params.count) {
    value = x[(outer * params.count + u32(chosen)) * params.slice + index % params.slice];
  }
  y[index] = value;
}`,
}));

interface Attrs {
  readonly axis: number;
  readonly batchDims: number;
}

export const gather = tfjsKernel<{ x: TensorInfo; indices: TensorInfo }, Attrs>(
  GatherV2,
  ({ x, indices }, { axis, batchDims }, gpu) => {
    if (x.dtype === 'complex64' || x.dtype === 'string') return undefined;
    const [parsedAxis = 0] = util.parseAxisParam(axis, x.shape);
    const info = backend_util.segment_util.collectGatherOpShapeInfo(
      x as Tensor,
      indices as Tensor,
      parsedAxis,
      batchDims,
    );
    const { batchSize, outerSize, dimSize, sliceSize, outputShape } = info;
    gpu.checkValues([indices], (values) => checkPlaces(GatherV2, 'indices', values, [dimSize]));
    // Small results stay on the host, so that values derived from them can be checked at once.
    if (util.sizeFromShape(outputShape) > 0 && gpu.shouldExecuteOnCPU([x, indices])) return undefined;
    const y = gpu.output(outputShape, x.dtype);
    const size = util.sizeFromShape(outputShape);
    const isFloat = x.dtype === 'float32';
    gpu.run(gatherSlices({ type: isFloat ? 'f32' : 'i32' }), {
      buffers: { x, at: indices, y },
      params: {
        size,
        outer: outerSize,
        count: dimSize,
        slice: sliceSize,
        indices: util.sizeFromShape(indices.shape) / Math.max(1, batchSize),
        missing: isFloat ? Number.NaN : 0,
      },
      workgroups: workgroupsFor(size),
    });
    return y;
  },
);
