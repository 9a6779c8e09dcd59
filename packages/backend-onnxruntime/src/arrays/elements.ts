import type { DataType } from '@tensorflow/tfjs-core';

/** Elements of a value that a graph can take. */
export type Elements = Float32Array | Int32Array | Uint8Array;

/** Elements of types that no graph has. They stay on the host: strings and complex numbers. */
export type HostOnly = Uint8Array[] | { readonly real: Float32Array; readonly imag: Float32Array };

const constructors = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;
export type NumericType = keyof typeof constructors;

export const isNumeric = (dtype: DataType): dtype is NumericType => dtype in constructors;

export function allocate(dtype: NumericType, size: number): Elements {
  return new constructors[dtype](size);
}
