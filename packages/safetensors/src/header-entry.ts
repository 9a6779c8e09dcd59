import { bitsOf, isDtype, isUnsupportedDtype } from './dtypes.ts';
import { quoted, shapeText } from './format-error.ts';
import type { Fault, JsonScanner } from './json-scanner.ts';
import { sizeOf, type TensorInfo } from './stored-tensor.ts';

/** The greatest number of axes of a tensor, which is that of PyTorch and NumPy. */
export const MAX_AXES = 64;

/** The position of a tensor in the bytes after the header. */
export interface Entry extends TensorInfo {
  readonly start: number;
}

/** The fields of an entry that have been read so far. */
interface Fields {
  dtype?: string;
  shape?: readonly number[];
  data_offsets?: readonly number[];
}

const fieldNames: readonly string[] = ['dtype', 'shape', 'data_offsets'] satisfies (keyof Fields)[];

/** Reads a tensor's entry in the header, and checks that dtype, shape and byte range have the same size. */
export function scanEntry(scanner: JsonScanner, name: string, fault: Fault): Entry {
  const tensor = `tensor ${quoted(name)}`;
  const fields: Fields = {};
  scanner.object(tensor, (field) => {
    if (field === 'dtype') fields.dtype = scanner.string(`the dtype of ${tensor} in double quotes`);
    else if (field === 'shape') fields.shape = wholes(scanner, name, field, fault);
    else if (field === 'data_offsets') fields.data_offsets = wholes(scanner, name, field, fault);
    else
      throw fault(
        'entry',
        `${tensor} has the field ${quoted(field)}; expected ${fieldNames.join(', ')}`,
        name,
      );
  });
  const { dtype, shape, data_offsets: offsets } = fields;
  if (dtype === undefined || shape === undefined || offsets === undefined) {
    const missing = fieldNames.filter((field) => !Object.hasOwn(fields, field));
    throw fault('entry', `${tensor} has no ${missing.join(' and no ')}`, name);
  }
  const [start, end] = offsets;
  if (start === undefined || end === undefined || offsets.length > 2) {
    throw fault('entry', `${tensor} has ${offsets.length} data_offsets; expected 2`, name);
  }
  if (!isDtype(dtype) && !isUnsupportedDtype(dtype)) {
    throw fault('unknown-dtype', `${tensor} has the dtype ${quoted(dtype)}, which the format lacks`, name);
  }
  const bytes = byteLength(name, dtype, shape, fault);
  if (end - start !== bytes) {
    const expected = `${dtype} of shape ${shapeText(shape)} has ${bytes} bytes`;
    throw fault('size-mismatch', `${tensor} has the bytes ${start} to ${end}; ${expected}`, name);
  }
  return { dtype, shape, bytes, start };
}

function wholes(scanner: JsonScanner, name: string, field: string, fault: Fault): number[] {
  const what = `the ${field} of tensor ${quoted(name)}`;
  const numbers: number[] = [];
  scanner.array(`${what} as an array`, (index) => {
    if (index === MAX_AXES) throw fault('too-many-axes', `${what} has over ${MAX_AXES} numbers`, name);
    numbers.push(scanner.whole(`a whole number in ${what}`));
  });
  // A growing array has spare capacity, and a header may have a hundred thousand arrays. The copy has none.
  return numbers.slice();
}

function byteLength(name: string, dtype: Entry['dtype'], shape: readonly number[], fault: Fault): number {
  const tensor = `tensor ${quoted(name)}`;
  const bits = (sizeOf(shape) ?? Number.POSITIVE_INFINITY) * bitsOf(dtype);
  if (!Number.isSafeInteger(bits)) {
    throw fault('overflow', `${tensor} has the shape ${shapeText(shape)}, of over 2⁵³ − 1 bits`, name);
  }
  if (bits % 8 !== 0) {
    throw fault('partial-byte', `${tensor} has ${bits} bits; expected a whole number of bytes`, name);
  }
  return bits / 8;
}
