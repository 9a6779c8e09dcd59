import { ArgumentError } from '@unroll/backend/errors';
import type { Reading, Stream } from '../dataset/stream.ts';
import { isSource, type Source } from '../files/source.ts';
import { transcoded } from '../files/transcoded.ts';
import type { Json } from '../json.ts';
import { LineDecoder } from './decode.ts';
import type { ReadOptions } from './read-options.ts';
import { savedState, startOf } from './reading-state.ts';
import type { RowFormat } from './row-format.ts';
import { RowReading, type RowsToRead } from './row-reading.ts';

/** One reading of rows. */
export interface RowsReading<T> extends Reading<T> {
  /** Bad rows so far, those before a resumed reading too */
  readonly badRows: number;
}

/**
 * Rows of one or more files, of which memory holds about a chunk, or a row that is longer: one of more than 64 MiB may be refused with a
 * FormatError. A mark of byte order is passed over; lines end in LF, CRLF or CR, the
 * last one with or without. A bad row is counted and reported (see `BadRowOptions`). A state has the byte, the line and the rows from
 * which a reading goes on; it is refused with a CheckpointError for other files, one of another size, another format or other options
 * of it.
 */
export interface RowStream<T> extends Stream<T> {
  open(from?: Json): RowsReading<T>;
  /**
   * The same rows, each as something else. Where `parse` throws, the row is bad, and the error's message is the reason.
   *
   * @example
   * const rows = csv(fileSource('prices.csv'), { columns: ['date', 'price'] });
   * rows.parse(({ date, price }) => ({ date, price: toNumber(price) })); // toNumber throws where a text is no number
   */
  parse<U>(parse: (row: T) => U): RowStream<U>;
}

/**
 * Rows of sources in a format.
 *
 * @param owner whose options they are, as an error names it
 */
export function rowStream<Row>(
  owner: string,
  sources: Source | readonly Source[],
  format: RowFormat<Row>,
  options: ReadOptions,
): RowStream<Row> {
  const decoder = new LineDecoder(owner, options.encoding ?? 'utf-8');
  const given = sourceList(owner, sources);
  // What cannot be cut into lines as it is, is read as UTF-8.
  const readable = decoder.findsLines
    ? { sources: given, decoder }
    : {
        sources: given.map((source) => transcoded(source, decoder.encoding)),
        decoder: new LineDecoder(owner, 'utf-8'),
      };
  return converted({ ...readable, encoding: decoder.encoding, format, options, convert: (row: Row) => row });
}

function converted<Row, T>(of: RowsToRead<Row, T> & { readonly encoding: string }): RowStream<T> {
  const { sources, format, encoding } = of;
  const readable = {
    files: sources.map(({ name }) => name),
    dialect: { ...format.dialect, encoding },
    contexts: format.contexts,
  };
  const open = (from?: Json) =>
    new RowReading(of, from === undefined ? startOf(readable) : savedState(from, readable));
  return {
    open,
    [Symbol.asyncIterator]: () => open(),
    parse: (parse) => converted({ ...of, convert: (row: Row) => parse(of.convert(row)) }),
  };
}

function sourceList(owner: string, sources: Source | readonly Source[]): readonly Source[] {
  const list = [sources].flat();
  for (const source of list) {
    if (!isSource.fits(source)) {
      const fault =
        'are not what they have to be; expected a Source or an array of them, as fileSource(path)';
      throw new ArgumentError(owner, 'sources', fault);
    }
  }
  return list;
}
