import { shown } from './check-options.ts';
import { checkTensor } from './check-tensor.ts';
import type { TensorOf } from './stored-tensor.ts';

/** A tensor of floats of any width. */
export type FloatTensor = TensorOf<'F64'> | TensorOf<'F32'> | TensorOf<'F16'> | TensorOf<'BF16'>;

/**
 * A float tensor's elements in single precision: F16 and BF16 exactly, F64 rounded to the nearest, F32 the array
 * itself.
 *
 * @throws TypeError when the tensor has no floats, or its dtype, shape and data do not fit together
 */
export function toFloat32(tensor: FloatTensor): Float32Array {
  checkTensor('toFloat32: tensor', tensor);
  switch (tensor.dtype) {
    case 'F32':
      return tensor.data;
    case 'F64':
      return Float32Array.from(tensor.data);
    case 'F16':
      return fromFloat16(tensor.data);
    case 'BF16':
      return fromBFloat16(tensor.data);
    default: {
      const { dtype }: { readonly dtype: string } = tensor;
      throw new TypeError(`toFloat32: tensor is ${dtype}; expected F64, F32, F16 or BF16`);
    }
  }
}

/** Converts half-precision bits to numbers. */
function fromFloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  const floats = new Float32Array(bits.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!;
    const sign = (half & 0x8000) << 16;
    const magnitude = half & 0x7fff;
    if (magnitude >= 0x7c00) bits[i] = sign | 0x7f800000 | ((magnitude & 0x3ff) << 13);
    else if (magnitude >= 0x400) bits[i] = sign | ((magnitude << 13) + (112 << 23));
    else floats[i] = (sign ? -magnitude : magnitude) / 2 ** 24;
  }
  return floats;
}

function fromBFloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16;
  return new Float32Array(bits.buffer);
}

/**
 * Converts numbers to half-precision bits, for the `data` of an F16 tensor. They are rounded to the nearest, and to
 * even on a tie. Numbers that are too large become infinite, and every NaN becomes the quiet NaN of its sign.
 *
 * @throws TypeError when the numbers are not a `Float32Array`
 */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = bitsOf('toFloat16', values);
  return Uint16Array.from(bits, (word) => {
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00;
    // 65520 is half way between the largest half float and the next step. From there on, numbers become infinite.
    if (magnitude >= 0x477ff000) return sign | 0x7c00;
    if (magnitude >= 0x38800000) return sign | (roundedShift(magnitude, 13) - (112 << 10));
    // Below 2⁻¹⁴ half floats are multiples of 2⁻²⁴, and the hidden bit becomes explicit.
    const shift = 126 - (magnitude >>> 23);
    return shift > 24 ? sign : sign | roundedShift((magnitude & 0x7fffff) | 0x800000, shift);
  });
}

/**
 * Converts numbers to bfloat16 bits, for the `data` of a BF16 tensor. They are rounded as in `toFloat16`. Every NaN
 * becomes the same NaN, as in PyTorch.
 *
 * @throws TypeError when the numbers are not a `Float32Array`
 */
export function toBFloat16(values: Float32Array): Uint16Array {
  const bits = bitsOf('toBFloat16', values);
  return Uint16Array.from(bits, (word) =>
    (word & 0x7fffffff) > 0x7f800000 ? 0x7fc0 : roundedShift(word, 16),
  );
}

function bitsOf(owner: string, values: Float32Array): Uint32Array {
  if (Object.prototype.toString.call(values) !== '[object Float32Array]') {
    throw new TypeError(
      `${owner}: values is ${shown(values)}; expected a Float32Array, such as Float32Array.from(values)`,
    );
  }
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/** `word / 2^shift`, rounded to the nearest, and to even on a tie. */
function roundedShift(word: number, shift: number): number {
  const kept = word >>> shift;
  const rest = word - kept * 2 ** shift;
  const half = 2 ** (shift - 1);
  return rest > half || (rest === half && kept % 2 === 1) ? kept + 1 : kept;
}
