import { type Tensor1D, tensor1d } from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { type NumberDtype, numbersFor, putNumber } from './put-number.ts';

/** Makes a batch of its elements. The tensors in it are the caller's to dispose: `tf.dispose(batch)`. */
export type Collate<T, B> = (elements: readonly T[]) => B;

/** The elements themselves, as an array. */
export const listed =
  <T>(): Collate<T, T[]> =>
  (elements) => [...elements];

export interface ScalarsOptions {
  /** Default `'int32'`, as labels are */
  dtype?: NumberDtype | undefined;
}

const scalarKinds = { dtype: kind.choice('int32', 'float32') };

/** A tensor `[N]` of a number an element, such as labels. */
export function scalars(options: ScalarsOptions = {}): Collate<number, Tensor1D> {
  const { dtype = 'int32' } = checkOptions('scalars', options, scalarKinds);
  return (elements) => {
    const numbers = numbersFor(dtype, elements.length);
    for (const [index, value] of elements.entries()) {
      putNumber('scalars', numbers, index, value, () => `element ${index}`);
    }
    return tensor1d(numbers, dtype);
  };
}

type Fields<Row, Batch> = {
  readonly [Name in keyof Batch]: Name extends keyof Row ? Collate<Row[Name], Batch[Name]> : never;
};

/**
 * A batch of records: each field by its own rule. Fields that are not named are not in the batch.
 *
 * @example
 * fields({ words: padded(), label: scalars(), text: listed() })
 */
export function fields<Row extends object, Batch extends object>(
  table: Fields<Row, Batch>,
): Collate<Row, Batch> {
  checkValue('fields', 'table', table, kind.required(kind.record));
  const rules = Object.entries(table) as [keyof Row & string, Collate<unknown, unknown>][];
  for (const [name, rule] of rules) checkValue('fields', name, rule, kind.required(kind.func));
  return (elements) =>
    Object.fromEntries(
      rules.map(([name, rule]) => {
        const missing = elements.findIndex((element) => !(name in element));
        if (missing < 0) return [name, rule(elements.map((element) => element[name]))];
        throw new ArgumentError('fields', 'elements', undefined, {
          sentence: `element ${missing} has no ${name}`,
        });
      }),
    ) as Batch;
}
