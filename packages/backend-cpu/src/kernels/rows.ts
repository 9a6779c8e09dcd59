import { GatherV2, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { BYTES_PER_ELEMENT, isNumeric } from '../tensor-data.ts';
import { type CpuKernel, contractKernel, tfjsKernel } from './cpu-kernel.ts';
import { itemsOf } from './grain.ts';

/** Pieces of x along an axis by index; tfjs-backend-cpu handles batch dimensions. */
const gatherV2 = tfjsKernel<{ x: TensorInfo; indices: TensorInfo }, { axis: number; batchDims: number }>(
  GatherV2,
  ({ x, indices }, { axis, batchDims }, cpu) => {
    if (batchDims !== 0 || indices.dtype !== 'int32' || !isNumeric(x.dtype)) return undefined;
    const parsedAxis = util.parseAxisParam(axis, x.shape)[0]!;
    const rows = x.shape[parsedAxis]!;
    const rest = x.shape.slice(parsedAxis + 1);
    const outer = x.shape.slice(0, parsedAxis);
    const count = util.sizeFromShape(indices.shape);
    const bytes = util.sizeFromShape(rest) * BYTES_PER_ELEMENT[x.dtype];
    const y = cpu.output([...outer, ...indices.shape, ...rest], x.dtype);
    const places = cpu.pointer(indices);
    const bad = cpu.wasm.gatherRows(
      cpu.pointer(x),
      places,
      y.pointer,
      util.sizeFromShape(outer),
      rows,
      count,
      bytes,
    );
    if (bad >= 0) {
      const index = cpu.integers(places, count)[bad];
      throw new Error(`GatherV2: the index value ${index} is not in [0, ${rows - 1}] (indices[${bad}])`);
    }
    return y.info;
  },
);

const zeroPadding = contractKernel('ZeroPadding', ({ x, lengths }, _, cpu) => {
  const [steps, rows, ...rest] = x.shape as [number, number, ...number[]];
  const width = util.sizeFromShape(rest);
  const y = cpu.output(x.shape, 'float32');
  const args = [cpu.pointer(x), cpu.pointer(lengths), y.pointer, rows, 4 * width];
  cpu.parallel('zeroPadding', args, steps * rows, itemsOf(width));
  return { y: y.info };
});

export const rowKernels: readonly CpuKernel[] = [gatherV2, zeroPadding];
