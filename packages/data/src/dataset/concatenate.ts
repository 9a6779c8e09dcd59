import { checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { firstOver } from '../first-over.ts';
import type { Json } from '../json.ts';
import type { Dataset, DatasetLike } from './dataset.ts';
import { datasetOf, indexed } from './in-memory.ts';
import { reading } from './reading.ts';
import { fieldsOf } from './saved-state.ts';
import { isStream, type Reading, type Stream, stream } from './stream.ts';

/**
 * Concatenates data sets or streams, as `torch.utils.data.ConcatDataset` and `ChainDataset`.
 *
 * @param parts either data sets or streams, not both
 */
export function concatenate<T>(parts: readonly Stream<T>[]): Stream<T>;
export function concatenate<T>(parts: readonly DatasetLike<T>[]): Dataset<T>;
export function concatenate<T>(
  parts: readonly DatasetLike<T>[] | readonly Stream<T>[],
): Dataset<T> | Stream<T> {
  checkValue('concatenate', 'parts', parts, kind.required(kind.listOf(kind.anything, 'an array of parts')));
  const streams = parts.filter(isStream) as Stream<T>[];
  if (streams.length === 0) return concatenateDatasets(parts as readonly DatasetLike<T>[]);
  if (streams.length === parts.length) return concatenateStreams(streams);
  throw new ArgumentError(
    'concatenate',
    'parts',
    `has ${streams.length} streams and ${parts.length - streams.length} data sets; expected parts of one kind`,
  );
}

function concatenateDatasets<T>(parts: readonly DatasetLike<T>[]): Dataset<T> {
  const datasets = parts.map((part) => datasetOf('concatenate', part));
  const ends: number[] = [];
  for (const { length } of datasets) ends.push((ends.at(-1) ?? 0) + length);
  return indexed('concatenate', ends.at(-1) ?? 0, (index) => {
    const part = firstOver(ends, index);
    return datasets[part]!.get(index - (ends[part - 1] ?? 0));
  });
}

function concatenateStreams<T>(parts: readonly Stream<T>[]): Stream<T> {
  const kinds = { part: kind.required(kind.whole(0, parts.length - 1)), state: kind.anything };
  return stream((from) => {
    let part = 0;
    let source: Reading<T>;
    if (from === undefined) {
      source = parts[0]!.open();
    } else {
      const saved = fieldsOf('concatenate', from, kinds);
      part = saved.part as number;
      source = parts[part]!.open(saved.state);
    }
    return reading({
      async next() {
        for (;;) {
          const result = await source.next();
          if (!result.done || part === parts.length - 1) return result;
          part++;
          source = parts[part]!.open();
        }
      },
      state: (): Json => ({ part, state: source.state() }),
      close: () => source.return(),
    });
  });
}
