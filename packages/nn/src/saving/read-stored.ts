import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { sameShape } from '@unroll/backend/checks';
import type { SavedTensorFault } from '@unroll/backend/operations';
import { type StoredTensor, type TensorInfo, toFloat32 } from '@unroll/safetensors';

/** A tensor of a file. Where it does not fit anyway, it has not been read and only its header is known. */
export type Stored = StoredTensor | TensorInfo;

type Values = Float32Array | Int32Array | Uint8Array;

/**
 * Checks a file's tensor against the parameter that will take it, and converts it as PyTorch's `copy_` does: floats
 * of any width and integers to float32, integers in the range of int32 to int32.
 *
 * @returns a function that makes the tensor in its own memory, for the caller to dispose; or the fault
 */
export function readStored(
  value: Stored,
  target: Pick<Tensor, 'shape' | 'dtype'>,
): (() => Tensor) | SavedTensorFault {
  if (!sameShape(value.shape, target.shape) || !('data' in value))
    return { fault: 'shape', shape: value.shape };
  const converted = conversions[target.dtype as keyof typeof conversions]?.(value) ?? {
    fault: 'dtype',
    dtype: value.dtype,
  };
  if ('fault' in converted) return converted;
  // A tensor keeps the array that it is made of, and that array may be the file's own memory.
  const isShared = converted.buffer === value.data.buffer;
  return () => tensor(isShared ? converted.slice() : converted, [...target.shape], target.dtype);
}

const conversions: Readonly<
  Record<'float32' | 'int32' | 'bool', (stored: StoredTensor) => Values | SavedTensorFault | undefined>
> = {
  float32: (stored) => {
    switch (stored.dtype) {
      case 'F32':
      case 'F64':
      case 'F16':
      case 'BF16':
        return toFloat32(stored);
      default:
        return Float32Array.from<number | bigint>(stored.data, Number);
    }
  },
  int32: (stored) => {
    switch (stored.dtype) {
      case 'F32':
      case 'F64':
      case 'F16':
      case 'BF16':
        return undefined;
      default:
        return wholeNumbers(stored.data);
    }
  },
  bool: (stored) => (stored.dtype === 'BOOL' ? stored.data : undefined),
};

function wholeNumbers(
  data: Iterable<number | bigint> & ArrayLike<number | bigint>,
): Int32Array | SavedTensorFault {
  const values = Int32Array.from<number | bigint>(data, Number);
  const wrong = values.findIndex((value, i) => value !== Number(data[i]));
  if (wrong < 0) return values;
  return {
    fault: 'value',
    words: `has ${data[wrong]} at ${wrong} of its data; expected a number that int32 has`,
  };
}
