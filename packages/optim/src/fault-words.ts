import type { Variable } from '@tensorflow/tfjs-core';
import { shapeText } from '@unroll/backend/checks';
import type { SavedTensorFault } from '@unroll/backend/operations';

/** Why a saved tensor does not fit its parameter: `has shape [2]; its parameter's is [3]`. */
export function faultWords(
  fault: SavedTensorFault,
  { shape, size }: Pick<Variable, 'shape' | 'size'>,
): string {
  if (fault.fault === 'shape')
    return `has shape ${shapeText(fault.shape)}; its parameter's is ${shapeText(shape)}`;
  if (fault.fault === 'dtype') return `has dtype ${fault.dtype}; expected float32`;
  if (fault.fault === 'length')
    return `has ${fault.length} numbers; its shape ${shapeText(shape)} has ${size}`;
  return fault.words;
}
