import {
  equal,
  fill,
  gather,
  range,
  reshape,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  where,
} from '@tensorflow/tfjs-core';
import { checkIndices } from '../checks/indices.ts';
import { number } from '../checks/kinds.ts';
import { messageOf } from '../checks/message-of.ts';
import { checkOptions } from '../checks/options.ts';
import { checkDtype, checkShape } from '../checks/tensors.ts';
import { differentiable } from '../engine/differentiable.ts';
import { ArgumentError } from '../errors/argument-error.ts';
import { DeviceLostError } from '../errors/device-lost-error.ts';
import { OutOfMemoryError } from '../errors/out-of-memory-error.ts';
import { runKernel } from '../kernels/run-kernel.ts';

/**
 * Looks rows up. If the backend refuses an index, the error names the table; out-of-memory and lost-device errors pass
 * unchanged.
 */
function lookUp(weight: Tensor2D, indices: Tensor): Tensor {
  try {
    return gather(weight, indices);
  } catch (error) {
    if (error instanceof OutOfMemoryError || error instanceof DeviceLostError) throw error;
    throw new ArgumentError(
      'embedding',
      'indices',
      `has one outside the table of ${weight.shape[0]} rows (${messageOf(error)})`,
      {
        cause: error,
      },
    );
  }
}

export interface EmbeddingAttrs {
  /** The row whose gradient is always 0; absent: none */
  paddingIdx?: number | undefined;
}

const attrKinds = { paddingIdx: number };

/**
 * Rows of a table, by index.
 *
 * @param weight `[V, E]`
 * @param indices int32 of any shape `[…]`, each in 0…V−1
 * @returns `[…, E]`, differentiable in `weight`
 * @throws if shapes, dtypes or `paddingIdx` do not fit, or if an index is outside the table, on every backend
 */
export function embedding(weight: Tensor2D, indices: Tensor, attrs: EmbeddingAttrs = {}): Tensor {
  const { paddingIdx } = checkOptions('embedding', attrs, attrKinds);
  checkShape('embedding', 'weight', weight, [undefined, undefined]);
  checkDtype('embedding', 'indices', indices, 'int32');
  const [rows, features] = weight.shape;
  if (paddingIdx !== undefined && !(Number.isInteger(paddingIdx) && paddingIdx >= 0 && paddingIdx < rows)) {
    throw new ArgumentError(
      'embedding',
      'paddingIdx',
      `is ${paddingIdx}; expected an integer in 0…${rows - 1}`,
    );
  }
  const areChecked = checkIndices('embedding', 'indices', indices, { size: rows, noun: 'rows' });
  const [output] = differentiable({
    inputs: { weight },
    forward: (save) => {
      save(indices);
      return [lookUp(weight, indices)];
    },
    backward: ([dy], [savedIndices]) => ({
      weight: () => {
        const given: Tensor1D = reshape(savedIndices!, [savedIndices!.size]);
        // The sum ignores indices outside the table. Indices that have not been checked are looked up here, so a wrong
        // index fails even if nobody reads the forward output.
        const flat = areChecked ? given : gather(range(0, rows, 1, 'int32'), given);
        const segmentIds: Tensor1D =
          paddingIdx === undefined
            ? flat
            : where(equal(flat, paddingIdx), fill(flat.shape, -1, 'int32'), flat);
        const x = reshape(dy!, [flat.size, features]);
        return runKernel('UnsortedSegmentSum', { x, segmentIds }, { numSegments: rows }).y;
      },
    }),
  });
  return output!;
}
