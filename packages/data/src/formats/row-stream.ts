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
  /** Number of bad rows so far, including those before a resume */
  readonly badRows: number;
}

/**
 * A stream of the rows of one or more files. Memory holds about one chunk, or one row if it is longer. A row of more
 * than 64 MiB may cause a FormatError. A byte order mark is skipped. Lines end with LF, CRLF or CR; the last line may
 * have no line end. A bad row is counted and reported (see `BadRowOptions`). A saved state has the byte, the line and
 * the number of rows from which a reading resumes. Loading it throws a CheckpointError for other files, another file
 * size, another format or other options.
 */
export interface RowStream<T> extends Stream<T> {
  open(from?: Json): RowsReading<T>;
  /**
   * Converts each row. When `parse` throws, the row is bad, and the error's message is the reason.
   *
   * @example
   * const rows = csv(fileSource('prices.csv'), { columns: ['date', 'price'] });
   * rows.parse(({ date, price }) => ({ date, price: toNumber(price) })); // toNumber throws when a text is not a number
   */
  parse<U>(parse: (row: T) => U): RowStream<U>;
}

/**
 * The rows of sources in a format.
 *
 * @param owner the function whose options these are, as named in errors
 */
export function rowStream<Row>(
  owner: string,
  sources: Source | readonly Source[],
  format: RowFormat<Row>,
  options: ReadOptions,
): RowStream<Row> {
  const decoder = new LineDecoder(owner, options.encoding ?? 'utf-8');
  const given = sourceList(owner, sources);
  // A source whose line ends cannot be found among its bytes is converted to UTF-8 first.
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
