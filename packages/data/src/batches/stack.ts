import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { checkOptions, kind, sameShape, shapeText, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { isList } from '../is-list.ts';
import type { Collate } from './collate.ts';
import { type NumberDtype, numbersFor, putNumber } from './put-number.ts';

/** Numbers in row-major order with their shape. An array alone has one axis. */
export type Stackable =
  | ArrayLike<number>
  | { readonly data: ArrayLike<number>; readonly shape: readonly number[] };

export interface StackedOptions {
  /** Default `'float32'` */
  dtype?: NumberDtype | undefined;
}

const kinds = { dtype: kind.choice('int32', 'float32') };

/**
 * Collates arrays of one shape, such as images, along a new first axis: `torch.stack`. For sequences, whose steps come
 * first, use `padded()`.
 *
 * @returns a collate function that makes `[N, …shape]`
 * @throws when an element's shape differs from the first
 */
export function stacked(options: StackedOptions = {}): Collate<Stackable, Tensor> {
  const { dtype = 'float32' } = checkOptions('stacked', options, kinds);
  return (elements) => {
    const arrays = elements.map(arrayOf);
    const { shape = [0] } = arrays[0] ?? {};
    const size = shape.reduce((product, length) => product * length, 1);
    const values = numbersFor(dtype, elements.length * size);
    for (const [index, array] of arrays.entries()) {
      if (!sameShape(array.shape, shape) || array.data.length !== size) {
        throw new ArgumentError('stacked', 'elements', undefined, {
          sentence: `element ${index} has shape ${shapeText(array.shape)} and ${array.data.length} numbers; the first has shape ${shapeText(shape)}, which is ${size} numbers`,
        });
      }
      for (let place = 0; place < size; place++) {
        const name = () => `number ${place} of element ${index}`;
        putNumber('stacked', values, index * size + place, array.data[place], name);
      }
    }
    return tensor(values, [elements.length, ...shape], dtype);
  };
}

function arrayOf(element: Stackable, index: number): { data: ArrayLike<number>; shape: readonly number[] } {
  if (typeof element === 'object' && element !== null) {
    if ('length' in element) return { data: element, shape: [element.length] };
    if (isList(element.data) && Array.isArray(element.shape)) return element;
  }
  throw new ArgumentError('stacked', 'elements', undefined, {
    sentence: `element ${index} is ${shown(element)}; expected an array of numbers, or { data, shape }`,
  });
}
