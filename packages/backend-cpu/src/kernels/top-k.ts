import { type TensorInfo, TopK, type TopKAttrs, util } from '@tensorflow/tfjs-core';
import { tfjsKernel } from './cpu-kernel.ts';
import { itemsOf } from './grain.ts';

/**
 * The `k` greatest elements along the last axis in descending order, and their places. Equal elements keep their order.
 * NaN counts as greater than every number, as in PyTorch; tfjs-backend-cpu may put it anywhere.
 */
export const topK = tfjsKernel<{ x: TensorInfo }, TopKAttrs>(TopK, ({ x }, { k }, cpu) => {
  if (x.dtype !== 'float32' || x.shape.length === 0) return undefined;
  const count = x.shape.at(-1)!;
  const shape = [...x.shape.slice(0, -1), k];
  const values = cpu.output(shape, 'float32');
  const indices = cpu.output(shape, 'int32');
  if (util.sizeFromShape(shape) > 0) {
    const scratch = cpu.scratch(cpu.threads * cpu.wasm.topKScratchBytes(k));
    const rows = util.sizeFromShape(x.shape) / count;
    const args = [cpu.pointer(x), values.pointer, indices.pointer, count, k, scratch];
    // Rejecting an element costs as much as adding it; sorting one of the best costs about a hundred times as much.
    cpu.parallel('topK', args, rows, itemsOf(count + 100 * k));
  }
  return [values.info, indices.info];
});
