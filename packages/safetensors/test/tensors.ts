import * as fc from 'fast-check';
import { dtypeNames, dtypes } from '../src/dtypes.ts';
import type { Dtype, StoredTensor } from '../src/index.ts';
import { tensorOver } from '../src/stored-tensor.ts';

const shapes = fc.oneof(
  fc.constantFrom<number[][]>([], [0], [1], [0, 3], [2, 0, 4]),
  fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
);

/** A tensor of any dtype, shape and bits, NaNs and negative zeros included. */
const anyTensor: fc.Arbitrary<StoredTensor> = fc
  .tuple(fc.constantFrom(...(dtypeNames as Dtype[])), shapes)
  .chain(([dtype, shape]) => {
    const bytes = shape.reduce((size, length) => size * length, 1) * dtypes[dtype].width;
    const most = dtype === 'BOOL' ? 1 : 255;
    return fc
      .uint8Array({ minLength: bytes, maxLength: bytes, max: most })
      .map((drawn) => tensorOver(dtype, shape, drawn.slice()));
  });

/** Any tensors by any names, including names that JavaScript's objects treat specially. */
export const anyTensors: fc.Arbitrary<Map<string, StoredTensor>> = fc
  .uniqueArray(
    fc.oneof(fc.constantFrom('__proto__', 'constructor', '1', ''), fc.string({ unit: 'grapheme' })),
    {
      maxLength: 8,
    },
  )
  .filter((names) => names.every((name) => name !== '__metadata__' && !/\p{Surrogate}/u.test(name)))
  .chain((names) => fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), anyTensor))))
  .map((pairs) => new Map(pairs));

/** A tensor's bits, which can be compared even for NaN. */
export const bitsOf = ({ dtype, shape, data }: StoredTensor) => ({
  dtype,
  shape,
  bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'),
});
