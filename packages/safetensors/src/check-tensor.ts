import { shown } from './check-options.ts';
import { dtypeNames, dtypes, isDtype } from './dtypes.ts';
import { shapeText } from './format-error.ts';
import { MAX_AXES } from './header-entry.ts';
import { type StoredTensor, sizeOf } from './stored-tensor.ts';

/**
 * Throws a `TypeError` unless a tensor's dtype is known, its array fits the dtype, and its number of elements fits the
 * shape.
 *
 * @param subject names the tensor in errors: `writeSafetensors: tensor 'weight'`
 */
export function checkTensor(subject: string, tensor: StoredTensor): void {
  const fail = (words: string) => new TypeError(`${subject} ${words}`);
  if (typeof tensor !== 'object' || tensor === null) {
    throw fail(`is ${shown(tensor)}; expected { dtype, shape, data }`);
  }
  const { dtype, shape, data }: { dtype: unknown; shape: unknown; data: unknown } = tensor;
  if (!isDtype(dtype)) throw fail(`has the dtype ${shown(dtype)}; expected one of ${dtypeNames.join(', ')}`);
  if (!isShape(shape)) {
    const came = Array.isArray(shape) ? shapeText(shape) : shown(shape);
    throw fail(`has the shape ${came}; expected an array of at most ${MAX_AXES} whole numbers of at least 0`);
  }
  const { name: array } = dtypes[dtype].array;
  if (!ArrayBuffer.isView(data) || Object.prototype.toString.call(data) !== `[object ${array}]`) {
    throw fail(`has ${shown(data)} as its data; expected a ${array}, as its dtype is ${dtype}`);
  }
  const { length } = data as Uint8Array;
  const size = sizeOf(shape);
  if (length !== size) {
    throw fail(`has ${length} elements; its shape ${shapeText(shape)} has ${size ?? 'over 2⁵³ − 1'}`);
  }
  if (dtype === 'BOOL') {
    const wrong = (data as Uint8Array).findIndex((value) => value > 1);
    if (wrong >= 0)
      throw fail(`has ${(data as Uint8Array)[wrong]} at ${wrong}; expected 0 or 1, as it is BOOL`);
  }
}

const isShape = (shape: unknown): shape is readonly number[] =>
  Array.isArray(shape) &&
  shape.length <= MAX_AXES &&
  Array.from(shape).every((length) => Number.isSafeInteger(length) && length >= 0);
