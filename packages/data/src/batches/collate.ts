import { dispose, type Tensor1D, type TensorContainer, tensor1d } from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { type NumberDtype, numbersFor, putNumber } from './put-number.ts';

/** Makes a batch from its elements. The caller disposes of its tensors: `tf.dispose(batch)`. */
export type Collate<T, B> = (elements: readonly T[]) => B;

/** The elements themselves, as an array. */
export const listed =
  <T>(): Collate<T, T[]> =>
  (elements) => [...elements];

export interface ScalarsOptions {
  /** Default `'int32'`, which suits labels */
  dtype?: NumberDtype | undefined;
}

const scalarKinds = { dtype: kind.choice('int32', 'float32') };

/** Makes a tensor `[N]` from one number per element, such as labels. */
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

type FieldRules = Readonly<Record<string, Collate<never, unknown>>>;

/** The fields that a record must have. */
type RowOf<Rules extends FieldRules> = {
  readonly [Name in keyof Rules]: Rules[Name] extends Collate<infer T, unknown> ? T : never;
};

/** The batch that the rules make. */
type BatchOf<Rules extends FieldRules> = { -readonly [Name in keyof Rules]: ReturnType<Rules[Name]> };

/**
 * Collates records: each field by its own rule. Other fields are left out of the batch.
 *
 * @example
 * fields({ words: padded(), label: scalars(), text: listed<string>() })
 */
export function fields<Rules extends FieldRules>(table: Rules): Collate<RowOf<Rules>, BatchOf<Rules>> {
  checkValue('fields', 'table', table, kind.required(kind.record));
  const rules = Object.entries(table) as [string, Collate<unknown, unknown>][];
  for (const [name, rule] of rules) checkValue('fields', name, rule, kind.required(kind.func));
  return (elements) => {
    const batch: Record<string, unknown> = {};
    try {
      for (const [name, rule] of rules) batch[name] = rule(columnOf(elements, name));
    } catch (error) {
      dispose(batch as TensorContainer);
      throw error;
    }
    return batch as BatchOf<Rules>;
  };
}

function columnOf(elements: readonly unknown[], name: string): unknown[] {
  return elements.map((element, index) => {
    if (kind.record.fits(element) && name in (element as object))
      return (element as Record<string, unknown>)[name];
    const came = kind.record.fits(element)
      ? `has no ${name}`
      : `is ${shown(element)}; expected an object with ${name}`;
    throw new ArgumentError('fields', 'elements', undefined, { sentence: `element ${index} ${came}` });
  });
}
