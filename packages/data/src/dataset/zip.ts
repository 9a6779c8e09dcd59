import { checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError, FormatError } from '@unroll/backend/errors';
import type { Json } from '../json.ts';
import type { Dataset, DatasetLike } from './dataset.ts';
import { datasetOf, indexed } from './in-memory.ts';
import { reading } from './reading.ts';
import { fieldsOf } from './saved-state.ts';
import { isStream, type Reading, type Stream, stream } from './stream.ts';

type Columns<Row> = { readonly [Name in keyof Row]: DatasetLike<Row[Name]> };
type StreamColumns<Row> = { readonly [Name in keyof Row]: Stream<Row[Name]> };

/**
 * Zips columns: element i has element i of each column, as `torch.utils.data.StackDataset`. For example, a parallel
 * corpus is two files of lines.
 *
 * @param columns by name, either data sets of equal length or streams of equal length, not both
 * @throws when the lengths differ; a reading of streams throws when one ends before another
 *
 * @example
 * const pairs = zip({ source: lines(fileSource('train.en')), target: lines(fileSource('train.de')) });
 */
export function zip<Row extends object>(columns: StreamColumns<Row>): Stream<Row>;
export function zip<Row extends object>(columns: Columns<Row>): Dataset<Row>;
export function zip<Row extends object>(
  columns: Columns<Row> | StreamColumns<Row>,
): Dataset<Row> | Stream<Row> {
  checkValue('zip', 'columns', columns, kind.required(kind.record));
  const named: [string, unknown][] = Object.entries(columns);
  if (named.length === 0) throw new ArgumentError('zip', 'columns', 'has no column; expected at least one');
  const streams = named.filter(([, column]) => isStream(column)) as [string, Stream<unknown>][];
  if (streams.length === named.length) return zipStreams(streams) as Stream<Row>;
  if (streams.length === 0) return zipDatasets(named as [string, DatasetLike<unknown>][]) as Dataset<Row>;
  throw new ArgumentError(
    'zip',
    'columns',
    `has ${streams.length} streams and ${named.length - streams.length} data sets; expected columns of one kind`,
  );
}

function zipDatasets(columns: readonly [string, DatasetLike<unknown>][]): Dataset<object> {
  const named = columns.map(([name, column]) => [name, datasetOf('zip', column, name)] as const);
  const [[first, { length }]] = named as [(typeof named)[number]];
  for (const [name, column] of named) {
    if (column.length === length) continue;
    throw new ArgumentError(
      'zip',
      'columns',
      `has ${length} elements in ${first} and ${column.length} in ${name}`,
    );
  }
  return indexed<object>('zip', length, (index) => {
    const values = named.map(([, column]) => column.get(index));
    const row = (resolved: readonly unknown[]) =>
      Object.fromEntries(named.map(([name], column) => [name, resolved[column]]));
    return values.some((value) => value instanceof Promise) ? Promise.all(values).then(row) : row(values);
  });
}

function zipStreams(columns: readonly [string, Stream<unknown>][]): Stream<object> {
  const names = columns.map(([name]) => name);
  const kinds = Object.fromEntries(names.map((name) => [name, kind.anything]));
  return stream((from) => {
    const saved = from === undefined ? {} : fieldsOf('zip', from, kinds);
    const sources: Reading<unknown>[] = [];
    try {
      for (const [name, column] of columns) sources.push(column.open(saved[name]));
    } catch (error) {
      for (const source of sources) void source.return();
      throw error;
    }
    let given = 0;
    return reading({
      async next() {
        const results = await Promise.all(sources.map((source) => source.next()));
        const ended = names.filter((_, column) => results[column]!.done);
        if (ended.length === names.length) return { done: true, value: undefined };
        if (ended.length > 0) {
          const going = names.find((name) => !ended.includes(name));
          throw new FormatError(
            `zip: ${ended[0]} ended after ${given} elements of this reading, but ${going} goes on`,
          );
        }
        given++;
        return {
          done: false,
          value: Object.fromEntries(names.map((name, column) => [name, results[column]!.value])),
        };
      },
      state: (): Json => Object.fromEntries(names.map((name, column) => [name, sources[column]!.state()])),
      close: () => Promise.all(sources.map((source) => source.return())),
    });
  });
}
