import { checkOptions, kind, type OptionKinds } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Source } from '../files/source.ts';
import { csvFormat } from './csv-format.ts';
import type { CsvRow } from './csv-rows.ts';
import { type ReadOptions, readKinds } from './read-options.ts';
import { type RowStream, rowStream } from './row-stream.ts';

export interface CsvOptions extends ReadOptions {
  /** Whether each file begins with a row of names. Default true. */
  header?: boolean | undefined;
  /** The columns' names. Absent: the header's. `false`: rows are arrays of fields. */
  columns?: readonly string[] | false | undefined;
  /** What parts fields. Default `,`, in `tsv` a tab. */
  delimiter?: string | undefined;
  /** What a field with delimiters, ends of lines or quotes stands between. `false`: nothing is a quote. Default `"`, in `tsv` false. */
  quote?: string | false | undefined;
  /** What stands before a quote within quotes. Default the quote itself: `""`. */
  escape?: string | undefined;
}

const character = {
  expected: 'one character that ends no line',
  fits: (value: unknown) => typeof value === 'string' && /^[^\r\n]$/.test(value),
};

const no = { expected: 'false', fits: (value: unknown) => value === false };

const kinds: OptionKinds<CsvOptions> = {
  ...readKinds,
  header: kind.flag,
  columns: kind.either(kind.listOf(kind.text, 'an array of names'), no),
  delimiter: {
    expected: 'a string that ends no line',
    fits: (value) => typeof value === 'string' && /^[^\r\n]+$/.test(value),
  },
  quote: kind.either(character, no),
  escape: character,
};

/**
 * Comma-separated values (RFC 4180), each row an object with a field for each column, all strings. Records with quotes are read by the
 * package csv-parse. Empty lines are passed over. A row is bad where it has more or fewer columns than the header, or without one than
 * the file's first row, and where a quote stands within a field that does not begin with one, or does not close at its field's end. Of
 * several lines that make no row together, only the first is a bad row, and reading goes on with the second.
 *
 * @example
 * // With names given, the type knows the columns; without, any column may be undefined.
 * const rows = csv(fileSource('reviews.csv'), { columns: ['text', 'label'] });
 * for await (const { text, label } of rows) console.log(label, text.length);
 *
 * @throws FormatError while reading, where a header names a column twice or does not fit `columns`
 * @see https://www.rfc-editor.org/rfc/rfc4180
 */
export function csv(
  sources: Source | readonly Source[],
  options: CsvOptions & { columns: false },
): RowStream<string[]>;
export function csv<const Name extends string>(
  sources: Source | readonly Source[],
  options: CsvOptions & { columns: readonly Name[] },
): RowStream<Record<Name, string>>;
export function csv(
  sources: Source | readonly Source[],
  options?: CsvOptions & { columns?: readonly string[] | undefined },
): RowStream<Record<string, string>>;
export function csv(sources: Source | readonly Source[], options?: CsvOptions): RowStream<CsvRow>;
export function csv(sources: Source | readonly Source[], options: CsvOptions = {}): RowStream<CsvRow> {
  return read('csv', sources, options, { delimiter: ',', quote: '"' });
}

/**
 * Tab-separated values, as `csv` with a tab between fields. Nothing is a quote unless told otherwise, as text/tab-separated-values has it
 * and corpora do: files of spreadsheets may need `quote: '"'`.
 *
 * @see https://www.iana.org/assignments/media-types/text/tab-separated-values
 */
export function tsv(
  sources: Source | readonly Source[],
  options: CsvOptions & { columns: false },
): RowStream<string[]>;
export function tsv<const Name extends string>(
  sources: Source | readonly Source[],
  options: CsvOptions & { columns: readonly Name[] },
): RowStream<Record<Name, string>>;
export function tsv(
  sources: Source | readonly Source[],
  options?: CsvOptions & { columns?: readonly string[] | undefined },
): RowStream<Record<string, string>>;
export function tsv(sources: Source | readonly Source[], options?: CsvOptions): RowStream<CsvRow>;
export function tsv(sources: Source | readonly Source[], options: CsvOptions = {}): RowStream<CsvRow> {
  return read('tsv', sources, options, { delimiter: '\t', quote: false });
}

function read(
  owner: string,
  sources: Source | readonly Source[],
  options: CsvOptions,
  defaults: { delimiter: string; quote: string | false },
): RowStream<CsvRow> {
  const given = checkOptions(owner, options, kinds);
  const { header = true, columns, delimiter = defaults.delimiter, quote = defaults.quote } = given;
  if (!header && columns === undefined) {
    throw new ArgumentError(owner, 'columns', 'is undefined; expected names or false, as there is no header');
  }
  if (quote !== false && delimiter.includes(quote)) {
    throw new ArgumentError(owner, 'delimiter', `is '${delimiter}', which has the quote in it`);
  }
  const dialect = { delimiter, quote, escape: given.escape ?? (quote || '"') };
  return rowStream(owner, sources, csvFormat(dialect, { header, columns }), given);
}
