/** The array type of each supported dtype. Half floats are stored as their bits, booleans as bytes of 0 and 1. */
export interface ArrayOf {
  F64: Float64Array;
  F32: Float32Array;
  F16: Uint16Array;
  BF16: Uint16Array;
  I64: BigInt64Array;
  I32: Int32Array;
  I16: Int16Array;
  I8: Int8Array;
  U64: BigUint64Array;
  U32: Uint32Array;
  U16: Uint16Array;
  U8: Uint8Array;
  BOOL: Uint8Array;
}

export type Dtype = keyof ArrayOf;

interface Held<D extends Dtype> {
  /** Number of bytes of an element */
  readonly width: number;
  readonly array: new (buffer: ArrayBufferLike, byteOffset: number, length: number) => ArrayOf[D];
}

/** The dtypes in the order of their tensors in a file: wide dtypes first, as in the reference implementation. */
export const dtypes: { readonly [D in Dtype]: Held<D> } = {
  U64: { width: 8, array: BigUint64Array },
  I64: { width: 8, array: BigInt64Array },
  F64: { width: 8, array: Float64Array },
  F32: { width: 4, array: Float32Array },
  U32: { width: 4, array: Uint32Array },
  I32: { width: 4, array: Int32Array },
  BF16: { width: 2, array: Uint16Array },
  F16: { width: 2, array: Uint16Array },
  U16: { width: 2, array: Uint16Array },
  I16: { width: 2, array: Int16Array },
  I8: { width: 1, array: Int8Array },
  U8: { width: 1, array: Uint8Array },
  BOOL: { width: 1, array: Uint8Array },
};

/** Bits per element of the format's dtypes that have no JavaScript array. */
const unsupported = {
  C64: 64,
  F8_E8M0: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  F6_E3M2: 6,
  F6_E2M3: 6,
  F4: 4,
} as const;

export type UnsupportedDtype = keyof typeof unsupported;

export const isDtype = (dtype: unknown): dtype is Dtype =>
  typeof dtype === 'string' && Object.hasOwn(dtypes, dtype);

export const isUnsupportedDtype = (dtype: string): dtype is UnsupportedDtype =>
  Object.hasOwn(unsupported, dtype);

export const bitsOf = (dtype: Dtype | UnsupportedDtype): number =>
  isDtype(dtype) ? 8 * dtypes[dtype].width : unsupported[dtype];

export const dtypeNames: readonly string[] = Object.keys(dtypes);
