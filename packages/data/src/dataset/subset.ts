import { checkValue, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { isList } from '../is-list.ts';
import type { Dataset, DatasetLike } from './dataset.ts';
import { datasetOf, indexed } from './in-memory.ts';

/**
 * The elements at the given indices, in the order of the indices, as `torch.utils.data.Subset`. An index may occur
 * repeatedly.
 *
 * @see https://pytorch.org/docs/stable/data.html#torch.utils.data.Subset
 * @throws when an index is not in the data set
 */
export function subset<T>(elements: DatasetLike<T>, indices: ArrayLike<number>): Dataset<T> {
  const dataset = datasetOf('subset', elements);
  const chosen = checkedIndices(indices, dataset.length);
  return indexed('subset', chosen.length, (index) => dataset.get(chosen[index]!));
}

const indexList = kind.required({ expected: 'an array of indices', fits: isList });

function checkedIndices(indices: ArrayLike<number>, length: number): Float64Array {
  checkValue('subset', 'indices', indices, indexList);
  const list = Array.from(indices);
  const wrong = list.findIndex((index) => !(Number.isInteger(index) && index >= 0 && index < length));
  if (wrong < 0) return Float64Array.from(list);
  throw new ArgumentError(
    'subset',
    'indices',
    `has ${shown(list[wrong])} at ${wrong}; expected whole numbers in 0…${length - 1}, as the data set has ${length} elements`,
  );
}
