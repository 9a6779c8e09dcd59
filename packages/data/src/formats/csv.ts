import { checkOptions, kind, type OptionKinds } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Source } from '../files/source.ts';
import { csvFormat } from './csv-format.ts';
import type { CsvRow } from './csv-rows.ts';
import { type ReadOptions, readKinds } from './read-options.ts';
import { type RowStream, rowStream } from './row-stream.ts';

export interface CsvOptions extends ReadOptions {
  /**
   * Whether each file begins with a row of names. Default true; if `columns` are given, they are then the header's names,
   * in any order. If `true` is given, `columns` are new names in the header's order.
   */
  header?: boolean | undefined;
  /** The names of the columns. Default: those of the header. `false`: rows are arrays of fields. */
  columns?: readonly string[] | false | undefined;
  /** The delimiter of fields. Default `,`, in `tsv` a tab. */
  delimiter?: string | undefined;
  /**
   * The quote around fields that contain delimiters, line ends or quotes. `false`: no character is a quote. Default
   * `"`, in `tsv` false.
   */
  quote?: string | false | undefined;
  /** The character before a quote inside quotes. Default: the quote itself, as in `""`. */
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
 * Comma-separated values (RFC 4180). Each row is an object with a string for each column. The package csv-parse reads
 * records with quotes. Empty lines are skipped. A row is bad when its number of columns differs from the header, or,
 * without a header, from the file's first row. It is also bad when a quote is inside a field that does not begin with
 * one, or does not close at the end of its field. When several lines together do not form a valid row, only the first
 * is a bad row, and reading continues with the second.
 *
 * @example
 * // With names given, the type knows the columns; without, any column may be undefined.
 * const rows = csv(fileSource('reviews.csv'), { columns: ['text', 'label'] });
 * for await (const { text, label } of rows) console.log(label, text.length);
 *
 * @throws FormatError during reading, when a header names a column twice or does not have the names in `columns`
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
 * Tab-separated values, like `csv` with a tab between fields. By default no character is a quote, as in
 * text/tab-separated-values and in corpora. Files from spreadsheets may need `quote: '"'`.
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
  return rowStream(
    owner,
    sources,
    csvFormat(dialect, { header, columns, renames: given.header === true }),
    given,
  );
}
